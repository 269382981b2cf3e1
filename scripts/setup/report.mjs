const began = performance.now();
let acted = false;

/** A reason to stop that the user can act on; printed as one line, without a stack. */
export class SetupStopped extends Error {}

function seconds(from) {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}

/** Prints what is about to be done, does it, and prints how long it took. */
export async function act(what, work) {
  acted = true;
  const start = performance.now();
  process.stdout.write(`set-up · ${what} …\n`);
  const result = await work();
  process.stdout.write(`set-up · ${what}: done (${seconds(start)})\n`);
  return result;
}

export function note(text) {
  process.stdout.write(`set-up · ${text}\n`);
}

export function summary(text) {
  process.stderr.write(`${text}\n`);
}

export function finished(profile) {
  process.stdout.write(
    acted ? `set-up · ready for "${profile}" (${seconds(began)})\n` : `set-up · all is there (${seconds(began)})\n`,
  );
}
