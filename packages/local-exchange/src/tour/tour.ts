import type { Journey, TourInput, TourStep } from './step.js';
import { giveBack } from './steps/give-back.js';
import { inventory } from './steps/inventory.js';
import { login } from './steps/login.js';
import { market } from './steps/market.js';
import { objects } from './steps/objects.js';
import { servers } from './steps/servers.js';
import { volume } from './steps/volume.js';

const STEPS: readonly TourStep[] = [login, market, servers, objects, volume, inventory, giveBack];

/** The main job, once, as an ordinary tenant. Throws at the first thing that is not as it should be. */
export async function tour(input: TourInput): Promise<void> {
  const journey: Journey = { servers: {}, containers: [] };
  for (const [index, step] of STEPS.entries()) {
    input.terminal.section(`${String(index + 1)} of ${String(STEPS.length)}`, step.title);
    await step.run(input, journey);
  }
}
