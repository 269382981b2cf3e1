import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PeerMisbehaved, PeerTimeout } from '@ocx/openstack-client/http';
import { LandlordBreaker, LandlordUnreachable } from './landlord-breaker.js';

const fail = () => Promise.reject(new PeerTimeout('late'));
const well = () => Promise.resolve('well');

describe('the circuit breaker of a landlord', () => {
  let breaker: LandlordBreaker;
  beforeEach(() => {
    vi.useFakeTimers();
    breaker = new LandlordBreaker();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function open(): Promise<void> {
    for (let count = 0; count < 2; count += 1) await expect(breaker.run('a', fail)).rejects.toThrow(PeerTimeout);
  }

  it('opens after two failures in a row and then does not call', async () => {
    await open();
    const call = vi.fn(well);
    await expect(breaker.run('a', call)).rejects.toThrow(LandlordUnreachable);
    expect(call).not.toHaveBeenCalled();
    expect(breaker.isReachable('a')).toBe(false);
    await expect(breaker.run('b', well)).resolves.toBe('well');
  });

  it('lets one try when the pause is over, and closes when that goes well', async () => {
    await open();
    vi.advanceTimersByTime(1_001);
    const first = breaker.run('a', well);
    await expect(breaker.run('a', well)).rejects.toThrow(LandlordUnreachable);
    await first;
    await expect(breaker.run('a', well)).resolves.toBe('well');
  });

  it('waits twice as long after each failed try', async () => {
    await open();
    vi.advanceTimersByTime(1_001);
    await expect(breaker.run('a', fail)).rejects.toThrow(PeerTimeout);
    vi.advanceTimersByTime(1_500);
    expect(breaker.isReachable('a')).toBe(false);
    vi.advanceTimersByTime(501);
    expect(breaker.isReachable('a')).toBe(true);
  });

  it('counts misbehaviour without opening', async () => {
    const lie = () => Promise.reject(new PeerMisbehaved('endless'));
    for (let count = 0; count < 5; count += 1) await expect(breaker.run('a', lie)).rejects.toThrow(PeerMisbehaved);
    expect(breaker.isReachable('a')).toBe(true);
    expect(breaker.dropped('a')).toEqual({ misbehaved: 5 });
  });

  it('lets a probe through', async () => {
    await open();
    await expect(breaker.run('a', well, true)).resolves.toBe('well');
    expect(breaker.isReachable('a')).toBe(true);
  });
});
