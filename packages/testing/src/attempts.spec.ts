import { expect, it } from 'vitest';
import { AttemptReport } from './attempt-report.js';
import { attempt, attemptInVain } from './attempts.js';

const answers = (status: number, reason: string) => () => Promise.resolve({ status, reason });

it('is content with the right refusal alone', async ({ task }) => {
  await attempt('a kind', 'refused', answers(401, 'the proof is for another URL'), { status: 401, reason: /URL/ });
  const wrong: [string, number, string][] = [
    ['another status', 200, 'the proof is for another URL'],
    ['another reason', 401, 'the proof is too old'],
  ];
  for (const [name, status, reason] of wrong) {
    await expect(attempt('a kind', name, answers(status, reason), { status: 401, reason: /URL/ })).rejects.toThrow();
  }
  await attemptInVain('in silence', 'in vain', () => Promise.resolve());
  await expect(
    attemptInVain('in silence', 'not in vain', () => Promise.reject(new Error('it came to something'))),
  ).rejects.toThrow();
  expect(task.meta.attempts?.map(({ name, refused }) => [name, refused])).toEqual([
    ['refused', true],
    ['another status', false],
    ['another reason', false],
    ['in vain', true],
    ['not in vain', false],
  ]);
  let report = '';
  const children = { allTests: () => [{ meta: () => ({ ...task.meta }) }] };
  new AttemptReport((text) => (report += text)).onTestRunEnd([{ children } as never]);
  expect(report).toContain('        3 / 1        a kind\n        2 / 1        in silence\n');
  // Those above are no attacks on anything: they do not belong into this run's own report.
  delete task.meta.attempts;
});
