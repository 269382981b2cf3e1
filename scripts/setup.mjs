#!/usr/bin/env node
/**
 * Makes this clone ready to run: `node scripts/setup.mjs <start|test|check|bench|compose|clean>`.
 *
 * It runs before the npm script of that name and before anything is installed, so it uses nothing but Node itself.
 * Every piece looks first and acts only where something is missing; with everything there it takes about a second.
 */
import { mkdirSync } from 'node:fs';
import { builtBySources } from './setup/build.mjs';
import { archivesFor } from './setup/debian-archives.mjs';
import { installedPackages } from './setup/debian-packages.mjs';
import { installedDependencies } from './setup/dependencies.mjs';
import { runningEngine } from './setup/engine.mjs';
import { withSetupLock } from './setup/lock.mjs';
import { stateDirectory } from './setup/paths.mjs';
import { mountHelperImage } from './setup/mount-helper.mjs';
import { hydratedPostgres } from './setup/postgres-binaries.mjs';
import { profileNamed } from './setup/profiles.mjs';
import { SetupStopped, finished, summary } from './setup/report.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);

async function setUp(profile) {
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupStopped(`Node 20.19 or newer is needed; this is ${process.version}.`);
  }
  mkdirSync(stateDirectory, { recursive: true });
  // What the machine needs and what the clone needs do not wait for one another.
  await Promise.all([
    (async () => {
      await installedPackages(profile.packages);
      if (profile.engine) await runningEngine();
      await archivesFor(profile.archives);
      if (profile.mountHelper) await mountHelperImage();
    })(),
    (async () => {
      await installedDependencies();
      if (profile.postgres) await hydratedPostgres();
      await builtBySources();
    })(),
  ]);
}

try {
  const profile = profileNamed(process.argv[2]);
  await withSetupLock(() => setUp(profile));
  finished(profile.name);
} catch (error) {
  if (!(error instanceof SetupStopped)) throw error;
  summary(`Set-up stopped: ${error.message}`);
  process.exitCode = 1;
}
