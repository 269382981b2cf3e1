import { describe, expect, it } from 'vitest';
import { canBecome, isFinal, LIVE_STATES, statesBefore, type LeaseState } from './lease.js';

const ALL: LeaseState[] = ['pending', 'claimed', 'active', 'ending', 'settled', 'refused', 'failed'];

describe('the states of a lease', () => {
  it('only lead forward', () => {
    const ways = ALL.flatMap((from) => ALL.filter((to) => canBecome(from, to)).map((to) => `${from} → ${to}`));
    expect(ways).toEqual([
      'pending → claimed',
      'pending → refused',
      'pending → failed',
      'claimed → active',
      'claimed → ending',
      'claimed → failed',
      'active → ending',
      'ending → settled',
    ]);
  });

  it('end where nothing holds the resource any more', () => {
    expect(ALL.filter(isFinal)).toEqual(['settled', 'refused', 'failed']);
    expect(ALL.filter((state) => !isFinal(state))).toEqual([...LIVE_STATES]);
  });

  it('never lead from paid to unpaid: an active lease cannot fail', () => {
    expect(statesBefore('failed')).toEqual(['pending', 'claimed']);
    expect(statesBefore('refused')).toEqual(['pending']);
  });
});
