import path from 'node:path';
import { IMAGE_NAME } from '../../exchange.images.js';
import { SecureShell } from '../secure-shell.js';
import { TOUR_PREFIX, needed, type Journey, type TourInput, type TourStep } from '../step.js';
import { addressOf, landlordOf, type Server } from '../tenant.js';

export const KEY_PAIR = `${TOUR_PREFIX}key`;
export const FLAVOR = 'm1.tiny';

const USER_DATA = `#!/bin/sh
echo "hello from user data, on $(hostname)"
`;

async function proveThatItRuns(input: TourInput, journey: Journey, server: Server): Promise<void> {
  const shell = needed(journey.shell, 'key pair');
  const address = addressOf(server);
  await input.terminal.step(
    `ssh root@${address}`,
    () =>
      shell.run(
        address,
        'echo "$(hostname): $(grep -c ^processor /proc/cpuinfo) CPU seen, up $(cut -d. -f1 /proc/uptime) s, kernel $(uname -r)"',
      ),
    (output) => output,
  );
  const console = await needed(journey.tenant, 'tenant').consoleOf(server.id);
  const greeting = console.split('\n').find((line) => line.includes('hello from user data'));
  if (greeting === undefined) throw new Error(`The console of ${server.name} does not show its user data's output.`);
  input.terminal.note(`console: ${greeting.trim()}`);
}

export const servers: TourStep = {
  title: 'Two servers, at two landlords',
  async run(input, journey) {
    const { terminal } = input;
    const tenant = needed(journey.tenant, 'tenant');
    const shell = await SecureShell.create(path.join(input.directory, 'tour'));
    journey.shell = shell;
    await terminal.step('her public key', () => tenant.importKeyPair(KEY_PAIR, shell.publicKey));
    const image = await tenant.imageNamed(IMAGE_NAME);
    const order = { flavor: FLAVOR, image, keyName: KEY_PAIR, userData: USER_DATA };
    const where = (server: Server) => `ACTIVE at ${landlordOf(server)}, ${addressOf(server)}`;

    const first = await terminal.step(
      'a server, from whoever offers best',
      () => tenant.createServer({ ...order, name: `${TOUR_PREFIX}notebook` }),
      where,
    );
    journey.servers.harvard = first;
    if (landlordOf(first) !== 'harvard')
      throw new Error(`The best offer was harvard's, but the server is at ${landlordOf(first)}.`);
    const second = await terminal.step(
      'another one, at mit by name',
      () => tenant.createServer({ ...order, name: `${TOUR_PREFIX}cluster`, zone: 'mit' }),
      where,
    );
    journey.servers.mit = second;
    if (landlordOf(second) !== 'mit')
      throw new Error(`mit was asked for by name, but the server is at ${landlordOf(second)}.`);
    await proveThatItRuns(input, journey, first);
    await proveThatItRuns(input, journey, second);
  },
};
