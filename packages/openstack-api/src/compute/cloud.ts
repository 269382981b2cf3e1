import { z } from 'zod';
import { Uuid } from '../ids.js';

/** A UUID from 2.53 on, a number before. */
const HostId = z.union([z.int(), Uuid]);
const Switch = z.enum(['enabled', 'disabled']);
const State = z.enum(['up', 'down']);

/** `GET /os-services`: each landlord looks like one compute service. */
export const ComputeServices = z.strictObject({
  services: z.array(
    z.strictObject({
      id: HostId,
      binary: z.literal('nova-compute'),
      host: z.string(),
      zone: z.string(),
      status: Switch,
      state: State,
      disabled_reason: z.string().nullable(),
      updated_at: z.string(),
      forced_down: z.boolean().optional().describe('since 2.11'),
    }),
  ),
});

/** `GET /os-hypervisors`. */
export const Hypervisors = z.strictObject({
  hypervisors: z.array(z.strictObject({ id: HostId, hypervisor_hostname: z.string(), state: State, status: Switch })),
});

const Extension = z.strictObject({
  alias: z.string(),
  name: z.string(),
  description: z.string(),
  links: z.array(z.never()),
  namespace: z.string(),
  updated: z.string(),
});
export const ExtensionAnswer = z.strictObject({ extension: Extension });
export const ExtensionList = z.strictObject({ extensions: z.array(Extension) });
