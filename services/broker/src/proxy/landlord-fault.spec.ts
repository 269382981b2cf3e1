import { BadGateway, BackendUnavailable, Conflict, NotFound } from '@ocx/service-kit/errors';
import { expect, it } from 'vitest';
import { landlordFault } from './landlord-fault.js';

const of = (status: number, body: unknown) =>
  landlordFault('mit', status, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

it('is the landlord’s sentence in the broker’s own class', () => {
  expect(of(404, { itemNotFound: { code: 404, message: 'Instance x could not be found.' } })).toBeInstanceOf(NotFound);
  expect(of(409, { conflictingRequest: { message: 'Busy.' } }).message).toBe('Busy.');
  expect(of(409, { title: 'Conflict', detail: 'No room.', reason: 'no_capacity' })).toMatchObject({
    message: 'No room.',
    reason: 'no_capacity',
  });
  expect(of(503, '<html>')).toBeInstanceOf(BackendUnavailable);
});

it('passes on nothing that could act: no 401, no redirect, no control characters, no endless text', () => {
  for (const status of [302, 401, 500, 599]) expect(of(status, {})).toBeInstanceOf(BadGateway);
  const conflict = of(409, { conflictingRequest: { message: `\u001b[2J${'x'.repeat(5_000)}` } });
  expect(conflict).toBeInstanceOf(Conflict);
  expect(conflict.message).not.toContain('\u001b');
  expect(conflict.message.length).toBeLessThanOrEqual(1_024);
  expect(of(409, { reason: 'DROP TABLE' })).not.toHaveProperty('reason', 'DROP TABLE');
});
