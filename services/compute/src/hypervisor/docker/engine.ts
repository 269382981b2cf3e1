import Docker from 'dockerode';
import { BackendUnavailable, Conflict, DomainError, InvalidInput, NotFound } from '@ocx/service-kit/errors';

/** Opens the engine at a `DOCKER_HOST`. Nothing is contacted yet. */
export function openEngine(dockerHost: string): Docker {
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice('unix://'.length) });
  const url = new URL(dockerHost.replace(/^tcp:/, 'http:'));
  return new Docker({ protocol: 'http', host: url.hostname, port: Number(url.port) || 2375 });
}

interface EngineError extends Error {
  statusCode?: number;
}

/** The engine's own text is for the log (`cause`); it may name paths of the host, so callers get our words. */
function translate(what: string, error: unknown, signal: AbortSignal): DomainError {
  if (error instanceof DomainError) return error;
  if (signal.aborted) return new BackendUnavailable(`The engine did not ${what} in time.`, { cause: error });
  switch ((error as EngineError).statusCode) {
    case 404:
      return new NotFound(`The engine could not ${what}: not found.`, { cause: error });
    case 400:
      return new InvalidInput(`The engine refused to ${what}.`, { cause: error });
    case 409:
      return new Conflict(`The engine refused to ${what} in the present state.`, { cause: error });
    default:
      return new BackendUnavailable(`The engine could not ${what}.`, { cause: error });
  }
}

/** One call of the engine with a deadline, its errors in the domain's words. */
export async function engineCall<T>(
  what: string,
  deadlineMs: number,
  call: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return await call(signal);
  } catch (error) {
    throw translate(what, error, signal);
  }
}

/** Runs a call that brings something into a state; the engine answers 304 when it is in that state already. */
export async function unlessSo(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if ((error as EngineError).statusCode !== 304) throw error;
  }
}

/** Runs `work`; what it says is not there, or already so, is what was wanted. */
export async function ignoring(
  types: readonly (abstract new (...args: never[]) => DomainError)[],
  work: Promise<unknown>,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!types.some((type) => error instanceof type)) throw error;
  }
}

/** Reads the engine's progress lines to the end; an error among them is the result of the whole. */
export async function finish(what: string, stream: NodeJS.ReadableStream): Promise<void> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) raiseError(what, line);
    if (rest.length > 1024 * 1024) throw new BackendUnavailable(`The engine's answer to ${what} makes no sense.`);
  }
  raiseError(what, rest);
}

function raiseError(what: string, line: string): void {
  if (line.trim() === '') return;
  const { error } = JSON.parse(line) as { error?: string };
  if (error === undefined) return;
  if (/not found|manifest unknown|does not exist/i.test(error)) {
    throw new NotFound(`The engine could not ${what}: not found.`, { cause: new Error(error) });
  }
  if (/lookup|connection|timeout|dial/i.test(error)) {
    throw new BackendUnavailable(`The engine could not ${what}.`, { cause: new Error(error) });
  }
  throw new InvalidInput(`The engine could not ${what}.`, { cause: new Error(error) });
}
