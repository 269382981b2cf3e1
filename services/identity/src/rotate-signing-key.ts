import { loadConfig } from '@ocx/service-kit/config';
import { KeyRing } from './signing-keys/key-ring.js';
import { IdentityConfig } from './settings/identity.config.js';

const { OCX_DATA_DIR } = loadConfig(IdentityConfig.pick({ OCX_DATA_DIR: true }));
const ring = await KeyRing.open(OCX_DATA_DIR);
process.stdout.write(`New signing key ${await ring.rotate()}: published within a minute, signing after 15 minutes.\n`);
