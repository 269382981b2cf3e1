const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds. npm passes a Ctrl-C on that the terminal has sent to everybody already: both are one. */
const ECHO_MS = 1000;

/** Resolves with the first signal that asks to end; every later one calls `again`. */
export function firstSignal(again: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        const now = performance.now();
        if (first === undefined) {
          first = { signal, at: now };
          resolve(signal);
        } else if (signal !== first.signal || now - first.at > ECHO_MS) {
          again();
        }
      });
    }
  });
}
