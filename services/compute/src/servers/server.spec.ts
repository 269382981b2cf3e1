import { Conflict } from '@ocx/service-kit/errors';
import { describe, expect, it } from 'vitest';
import { begin, hostnameFor, statusOf } from './server.js';

const server = { id: 'x', vmState: 'active' as const, taskState: null };

describe('a server', () => {
  it('shows Nova’s status', () => {
    expect(statusOf({ vmState: 'building', taskState: 'spawning' })).toBe('BUILD');
    expect(statusOf({ vmState: 'active', taskState: 'rebooting_hard' })).toBe('HARD_REBOOT');
    expect(statusOf({ vmState: 'active', taskState: 'powering-off' })).toBe('ACTIVE');
    expect(statusOf({ vmState: 'stopped', taskState: null })).toBe('SHUTOFF');
  });

  it('begins only what its state allows', () => {
    expect(begin(server, 'stop')).toBe('powering-off');
    expect(() => begin(server, 'start')).toThrow(Conflict);
    expect(() => begin({ ...server, taskState: 'powering-off' }, 'reboot')).toThrow('task_state powering-off');
    expect(begin({ ...server, taskState: 'rebooting' }, 'reboot hard')).toBe('rebooting_hard');
    expect(begin({ ...server, vmState: 'building', taskState: 'spawning' }, 'delete')).toBe('deleting');
  });

  it('gets a host name out of any name', () => {
    expect(hostnameFor('My server!', 'id')).toBe('my-server');
    expect(hostnameFor('..', 'id')).toBe('server-id');
    expect(hostnameFor('数', 'id')).toBe('server-id');
    expect(hostnameFor('x'.repeat(300), 'id')).toHaveLength(63);
  });
});
