import { createHash, randomBytes } from 'node:crypto';
import { TOUR_PREFIX, needed, type TourStep } from '../step.js';

const OBJECT = 'measurements.bin';
const MIB = 1024 * 1024;

const PLACES = [
  { container: `${TOUR_PREFIX}results`, policy: 'standard@bluestone' },
  { container: `${TOUR_PREFIX}archive`, policy: 'standard@granite' },
] as const;

export const objects: TourStep = {
  title: 'One object store, two landlords',
  async run({ terminal }, journey) {
    const tenant = needed(journey.tenant, 'tenant');
    const content = randomBytes(MIB);
    const md5 = createHash('md5').update(content).digest('hex');
    for (const { container, policy } of PLACES) {
      await terminal.step(
        `container ${container}`,
        async () => {
          await tenant.createContainer(container, policy);
          journey.containers.push(container);
          return tenant.policyOf(container);
        },
        (held) => held,
      );
    }
    await terminal.step(
      `put ${OBJECT} (1 MiB) into both, read them back`,
      async () => {
        for (const { container } of PLACES) {
          const etag = await tenant.putObject(container, OBJECT, content);
          if (etag !== md5) throw new Error(`The landlord's Etag of ${container}/${OBJECT} is not its MD5.`);
          if (!(await tenant.getObject(container, OBJECT)).equals(content))
            throw new Error(`${container}/${OBJECT} came back changed.`);
        }
      },
      () => `MD5 ${md5}`,
    );
    const listed = await terminal.step('one listing of both', () => tenant.containers());
    const ours = listed.filter(({ name }) => PLACES.some(({ container }) => container === name));
    if (ours.length !== PLACES.length) throw new Error('The listing does not show both containers.');
    const policy = new Map<string, string>(PLACES.map((place) => [place.container, place.policy]));
    terminal.table(
      ['container', 'held by', 'objects', 'bytes'],
      ours.map(({ name, count, bytes }) => [name, policy.get(name)?.split('@')[1] ?? '', String(count), String(bytes)]),
    );
  },
};
