import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const running = new Set();

/** Ends what runs now; whoever waits for it fails and cleans up. */
export function interrupt() {
  for (const child of running) child.kill('SIGTERM');
}

function ended(child) {
  running.add(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    });
  });
}

/** Standard output of a command that must succeed; what it said otherwise is in the error. */
export async function output(command, args, env = {}) {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let said = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    said += chunk;
  });
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await ended(child);
  if (code === 0) return stdout.trim();
  throw new Error(
    `${command} ${args.join(' ')} ended with ${code}:\n${said.trimEnd().split('\n').slice(-40).join('\n')}`,
  );
}

/** The same for a command whose output is for the reader. */
export async function show(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await ended(child);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
}
