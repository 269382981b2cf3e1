import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stateDirectory } from './paths.mjs';
import { SetupStopped, note } from './report.mjs';

const lockFile = path.join(stateDirectory, 'setup.lock');

function holder() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return error.code === 'EPERM' ? -1 : undefined;
  }
}

async function acquire() {
  let told = false;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code === 'EACCES') {
        throw new SetupStopped(
          `${stateDirectory} belongs to another user: work as that user, or remove it as that user.`,
        );
      }
      if (error.code !== 'EEXIST') throw error;
    }
    if (holder() === undefined) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (!told) note('another set-up of this clone is running; waiting for it');
    told = true;
    await delay(250);
  }
}

/** Two set-ups of one clone at the same time (`npm start` and `npm test`) take turns. */
export async function withSetupLock(work) {
  mkdirSync(stateDirectory, { recursive: true });
  await acquire();
  const release = () => rmSync(lockFile, { force: true });
  const interrupted = (signal) => {
    release();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    return await work();
  } finally {
    release();
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  }
}
