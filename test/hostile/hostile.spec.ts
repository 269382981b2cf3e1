import { afterAll, beforeAll, describe } from 'vitest';
import { answers } from './answers.js';
import { confusedTokens } from './confused-tokens.js';
import { deadAndNarrow } from './dead-and-narrow.js';
import { delegates } from './delegates.js';
import { enrolment } from './enrolment.js';
import { images } from './images.js';
import { impostors } from './impostors.js';
import { insideServer } from './inside-server.js';
import { logs } from './logs.js';
import { moves } from './moves.js';
import { proofs } from './proofs.js';
import { rebinding } from './rebinding.js';
import { replays } from './replays.js';
import { stolenDatabase } from './stolen-database.js';
import { storageAnswers } from './storage-answers.js';
import { storageExports } from './storage-exports.js';
import { tenants } from './tenants.js';
import { usageClaims } from './usage-claims.js';
import { World } from './world.js';

/** Everybody at an exchange who may turn out to be malicious, and what they try. */
describe('an exchange among strangers', () => {
  let opened: World | undefined;
  const world = () => {
    if (!opened) throw new Error('The exchange is not there yet.');
    return opened;
  };

  beforeAll(async () => {
    opened = await World.open();
  });
  afterAll(() => opened?.close());

  confusedTokens(world);
  proofs(world);
  enrolment(world);
  replays(world);
  impostors(world);
  answers(world);
  storageAnswers(world);
  storageExports(world);
  usageClaims(world);
  tenants(world);
  deadAndNarrow(world);
  delegates(world);
  images(world);
  moves(world);
  stolenDatabase(world);
  insideServer(world);
  rebinding(world);
  logs(world);
});
