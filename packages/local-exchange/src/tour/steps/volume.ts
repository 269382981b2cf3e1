import { randomUUID } from 'node:crypto';
import { TOUR_PREFIX, needed, type TourStep } from '../step.js';
import { addressOf, landlordOf, type Server } from '../tenant.js';

const GIB = 1;
const STORAGE_LANDLORD = 'bluestone';
const NAME = `${TOUR_PREFIX}dataset`;

export const volume: TourStep = {
  title: 'One volume, moved from one landlord’s server to the other’s',
  async run({ terminal }, journey) {
    const tenant = needed(journey.tenant, 'tenant');
    const shell = needed(journey.shell, 'key pair');
    const harvard = needed(journey.servers.harvard, 'server at harvard');
    const mit = needed(journey.servers.mit, 'server at mit');
    const secret = `written at harvard, ${randomUUID()}`;

    const made = await terminal.step(
      `a volume of ${String(GIB)} GiB at ${STORAGE_LANDLORD}`,
      () => tenant.createVolume(NAME, GIB, STORAGE_LANDLORD),
      (one) => `${one.status} at ${landlordOf(one)}`,
    );
    journey.volume = made;
    const attach = async (server: Server) => {
      const at = `/volumes/${await tenant.attach(server.id, made.id)}`;
      // As with any cloud, the device shows up inside a moment after the API says so.
      await shell.run(
        addressOf(server),
        `for i in $(seq 100); do grep -q " ${at} " /proc/mounts && exit 0; sleep 0.1; done; exit 1`,
      );
      return at;
    };
    const path = await terminal.step(
      'attached to the server at harvard',
      () => attach(harvard),
      (at) => `${at}, over NBD with TLS`,
    );
    await terminal.step(
      'a file written there',
      () =>
        shell.run(
          addressOf(harvard),
          `echo '${secret}' | dd of=${path}/notes.txt conv=fsync 2>/dev/null && df -h ${path} | tail -n 1`,
        ),
      (output) => output.replace(/\s+/g, ' '),
    );
    await terminal.step('detached', () => tenant.detach(harvard.id, made.id));
    const moved = await terminal.step(
      'attached to the server at mit',
      () => attach(mit),
      (at) => at,
    );
    const found = await terminal.step(
      'the file is there',
      () => shell.run(addressOf(mit), `cat ${moved}/notes.txt`),
      (text) => text,
    );
    if (found !== secret) throw new Error(`The file says "${found}", not what was written.`);
    terminal.note('The data never left bluestone: only the compute landlord changed.');
  },
};
