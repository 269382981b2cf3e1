import { clearHost } from './host-leftovers.js';
import { endLeftovers } from './pid-files.js';
import type { RootShell } from './root-shell.js';
import type { StateDirectory } from './state-directory.js';

const PATIENCE_MS = 30_000;

/** Ends what a run that died has left. Gives what is to be told about it. */
export async function endPreviousRun(state: StateDirectory, shell: RootShell): Promise<string[]> {
  const ended = await endLeftovers(state.at('run'), PATIENCE_MS);
  if (ended.length === 0) return [];
  const stayed = await clearHost(state.root, shell);
  return [
    `A previous run died; ended what it left: ${ended.join(', ')}.`,
    ...(stayed.length > 0 ? [`Some of it stayed:\n${stayed.join('\n')}`] : []),
  ];
}
