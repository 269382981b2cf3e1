import { type IdentityGet, LimitsClient } from '@ocx/openstack-client/limits-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackendUnavailable } from './errors.js';
import { LIMITS_FRESH_MS, LIMITS_KEPT_MS, UnifiedLimits } from './unified-limits.js';

const resource = { service_id: 'nova', region_id: null, resource_name: 'servers' };

/** An identity with one resource and, for one project, a limit of it. */
class Identity {
  own = 1;
  answers = true;
  readonly asked: string[] = [];
  readonly limits = new UnifiedLimits(new LimitsClient((path) => this.get(path), { type: 'compute' }));

  readonly get: IdentityGet = async (path) => {
    this.asked.push(path);
    await Promise.resolve();
    if (!this.answers) throw new Error('connection refused');
    const project = /project_id=(.*)/.exec(path)?.[1];
    const body = Buffer.from(
      JSON.stringify({
        services: [{ id: 'nova', type: 'compute', name: 'nova' }],
        registered_limits: [{ ...resource, default_limit: 10 }],
        limits: project === 'small' ? [{ ...resource, project_id: project, resource_limit: this.own }] : [],
      }),
    );
    return { status: 200, headers: {}, body, json: () => JSON.parse(body.toString()) as unknown };
  };

  async servers(project?: string): Promise<number> {
    return (await this.limits.of(project))('servers');
  }
}

describe('unified limits', () => {
  let identity: Identity;
  beforeEach(() => {
    vi.useFakeTimers();
    // A cache takes what was stored at 0 for what has no age.
    vi.advanceTimersByTime(1);
    identity = new Identity();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are a project’s own, or everybody’s, and 0 of what is not registered', async () => {
    expect([await identity.servers('small'), await identity.servers('other'), await identity.servers()]).toEqual([
      1, 10, 10,
    ]);
    expect((await identity.limits.of('small'))('class:PCPU')).toBe(0);
  });

  it('are read once for all who ask, and again only when they are no longer fresh', async () => {
    await Promise.all(Array.from({ length: 50 }, () => identity.servers('small')));
    expect(identity.asked).toHaveLength(3);
    identity.own = 2;
    vi.advanceTimersByTime(LIMITS_FRESH_MS - 1);
    expect([await identity.servers('small'), identity.asked.length]).toEqual([1, 3]);
    vi.advanceTimersByTime(2);
    expect([await identity.servers('small'), identity.asked.length]).toEqual([2, 6]);
  });

  it('hold while identity does not answer, for as long as is said, asked for no more than once a second', async () => {
    await identity.servers('small');
    identity.answers = false;
    vi.advanceTimersByTime(LIMITS_FRESH_MS + 1);
    const before = identity.asked.length;
    for (let times = 0; times < 10; times += 1) expect(await identity.servers('small')).toBe(1);
    expect(identity.asked.length - before).toBeLessThanOrEqual(3);
    vi.advanceTimersByTime(LIMITS_KEPT_MS);
    await expect(identity.servers('small')).rejects.toThrow(BackendUnavailable);
    identity.answers = true;
    expect(await identity.servers('small')).toBe(1);
  });

  it('are told of nobody whose limits were never read', async () => {
    await identity.servers('small');
    identity.answers = false;
    await expect(identity.servers('other')).rejects.toThrow(BackendUnavailable);
  });
});
