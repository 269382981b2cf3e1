import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { SetupStopped } from './report.mjs';

/** Administrators' directories are not in an ordinary user's PATH, but their programs may be there. */
const searchPath = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

export function programExists(name) {
  return searchPath.some((directory) => {
    try {
      accessSync(path.join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a program to its end and gives its exit code and output; never throws for a code other than 0. */
export function outcomeOf(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let output = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (error.code === 'ENOENT' ? resolve({ code: 127, stdout, output }) : reject(error)));
    child.on('close', (code) => resolve({ code, stdout, output }));
  });
}

/** Runs a program that must succeed; its output is shown only if it fails. */
export async function run(command, args, options = {}) {
  const { code, stdout, output } = await outcomeOf(command, args, options);
  if (code !== 0) {
    process.stderr.write(output.endsWith('\n') ? output : `${output}\n`);
    throw new SetupStopped(`"${[command, ...args].join(' ').slice(0, 200)}" failed with code ${code}.`);
  }
  return stdout;
}
