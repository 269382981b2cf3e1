const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first signal that asks to end; every further one calls `again`. */
export function firstSignal(again: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let heard = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (heard) again();
        heard = true;
        resolve(signal);
      });
    }
  });
}
