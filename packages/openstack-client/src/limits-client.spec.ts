import { describe, expect, it } from 'vitest';
import { type HttpResponse, PeerMisbehaved } from './http.js';
import { effectiveLimits, type LimitedService, LimitsClient, type ResourceLimit } from './limits-client.js';

const limit = (resourceName: string, value: number, regionId: string | null = null, serviceId = 'nova') =>
  ({ serviceId, regionId, resourceName, limit: value }) satisfies ResourceLimit;

describe('the limits that hold', () => {
  const registered = [
    limit('servers', 10),
    limit('servers', 4, 'north'),
    limit('servers', 2, 'south'),
    limit('ram', 8),
  ];
  const north = (own: readonly ResourceLimit[]) => Object.fromEntries(effectiveLimits(registered, own, 'north'));

  it.each<[string, readonly ResourceLimit[], Record<string, number>]>([
    ['are the registered ones, of the region first', [], { servers: 4, ram: 8 }],
    [
      'are the project’s own where it has any',
      [limit('servers', 1, 'north'), limit('ram', -1)],
      { servers: 1, ram: -1 },
    ],
    ['are of the very resource, not of another region’s', [limit('servers', 1)], { servers: 4, ram: 8 }],
    ['are of the very service', [limit('ram', 1, null, 'trove')], { servers: 4, ram: 8 }],
    ['may be nothing', [limit('ram', 0)], { servers: 4, ram: 0 }],
    ['are of what is registered', [limit('cores', 9)], { servers: 4, ram: 8 }],
  ])('%s', (_, own, expected) => {
    expect(north(own)).toEqual(expected);
  });

  it('are those for everywhere without a region, whatever the order', () => {
    for (const rows of [registered, registered.toReversed()]) {
      expect(Object.fromEntries(effectiveLimits(rows, []))).toEqual({ servers: 10, ram: 8 });
      expect(effectiveLimits(rows, [], 'north').get('servers')).toBe(4);
    }
  });
});

describe('a reader of limits', () => {
  const asked: string[] = [];
  const client = (answers: Record<string, unknown>, service: LimitedService = { type: 'compute' }, status = 200) =>
    new LimitsClient((path) => {
      asked.push(path);
      const body = Buffer.from(JSON.stringify(answers[path.split('?')[0] ?? ''] ?? {}));
      const json = () => JSON.parse(body.toString()) as unknown;
      return Promise.resolve({ status, headers: {}, body, json } satisfies HttpResponse);
    }, service);
  const row = (fields: object) => ({ service_id: 'n', region_id: null, resource_name: 'servers', ...fields });
  const services = [
    { id: 'n', type: 'compute', name: 'nova' },
    { id: 'c', type: 'volumev3', name: 'cinder' },
  ];

  it('reads what its own service registered', async () => {
    const registered_limits = [row({ default_limit: 3 }), row({ service_id: 'c', default_limit: 5 })];
    const reader = client({ '/v3/services': { services }, '/v3/registered_limits': { registered_limits } });
    expect(await reader.registered()).toEqual([limit('servers', 3, null, 'n')]);
  });

  it('reads a project’s limits, and none of a domain or of somebody else', async () => {
    const limits = [
      row({ project_id: 'p/1', resource_limit: 1 }),
      row({ project_id: null, domain_id: 'd', resource_limit: 2 }),
      row({ project_id: 'p2', resource_limit: 3 }),
    ];
    expect(await client({ '/v3/limits': { limits } }).ofProject('p/1')).toEqual([limit('servers', 1, null, 'n')]);
    expect(asked.at(-1)).toBe('/v3/limits?project_id=p%2F1');
  });

  it.each<[string, LimitsClient]>([
    [
      'a refusal',
      client({ '/v3/services': { services }, '/v3/registered_limits': { registered_limits: [] } }, undefined, 403),
    ],
    ['something else', client({ '/v3/services': { services: [{}] } })],
    [
      'no such service',
      client({ '/v3/services': { services: [] }, '/v3/registered_limits': { registered_limits: [] } }),
    ],
    [
      'two of them',
      client({
        '/v3/services': { services: [...services, { id: 'm', type: 'compute', name: 'mine' }] },
        '/v3/registered_limits': { registered_limits: [] },
      }),
    ],
    [
      'a part',
      client({ '/v3/services': { services }, '/v3/registered_limits': { registered_limits: [], truncated: true } }),
    ],
  ])('takes %s for no answer', async (_, reader) => {
    await expect(reader.registered()).rejects.toThrow(PeerMisbehaved);
  });

  it('tells services of one type apart by name', async () => {
    const answers = {
      '/v3/services': { services: [...services, { id: 'm', type: 'compute', name: 'mine' }] },
      '/v3/registered_limits': { registered_limits: [row({ default_limit: 3 })] },
    };
    expect(await client(answers, { type: 'compute', name: 'nova' }).registered()).toHaveLength(1);
    expect(await client(answers, { type: 'compute', name: 'mine' }).registered()).toEqual([]);
  });
});
