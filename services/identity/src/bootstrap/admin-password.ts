import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';

const generate = (): string => randomBytes(24).toString('base64url');

/**
 * The first administrator's password. It is in the file, mode 0600, before the user exists, so that a crash in between
 * loses nothing: the next start finds the file and uses it.
 */
export async function passwordInFile(file: string): Promise<string> {
  const password = generate();
  try {
    await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
    return password;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await chmod(file, 0o600);
    const existing = (await readFile(file, 'utf8')).trim();
    if (existing.length < 16)
      throw new Error('The file for the administrator’s password holds something else.', { cause: error });
    return existing;
  }
}

/** Without a file the password is shown once, on standard output, never in the log. */
export function passwordOnce(): string {
  const password = generate();
  process.stdout.write(`\nThe password of user "admin", shown this once: ${password}\n\n`);
  return password;
}
