import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WorkQueue } from './work-queue.js';

describe('the work queue', () => {
  it('runs no more at once than it may', async () => {
    const queue = new WorkQueue(2);
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await sleep(5);
      running -= 1;
    };
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => queue.run(key, work)));
    expect(most).toBe(2);
  });

  it('does one thing at a time for a key, in order, whatever fails', async () => {
    const queue = new WorkQueue(4);
    const seen: string[] = [];
    const first = queue.run('a', async () => {
      await sleep(5);
      seen.push('first');
      throw new Error('failed');
    });
    const second = queue.run('a', () => Promise.resolve(seen.push('second')));
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(seen).toEqual(['first', 'second']);
    await queue.idle();
    expect(queue.isBusy('a')).toBe(false);
  });

  it('lets urgent work be next in line', async () => {
    const queue = new WorkQueue(1);
    const seen: string[] = [];
    const add = (key: string) => () => Promise.resolve(seen.push(key));
    const running = queue.run('a', () => sleep(5));
    const work = [queue.run('b', add('b')), queue.run('c', add('c'), { urgent: true })];
    await Promise.all([running, ...work]);
    expect(seen).toEqual(['c', 'b']);
  });
});
