import { describe, expect, it } from 'vitest';
import type { Attachment, AttachmentState } from '../attachments/attachment.js';
import { lastSeenVolume } from './volume.view.js';

type Arguments = Parameters<typeof lastSeenVolume>;

const at = new Date('2026-01-01T00:00:00Z');
const row = {
  type: 'volume',
  id: 'v',
  leaseId: 'l',
  landlordId: 'landlord',
  projectId: 'p',
  userId: 'u',
  productId: 'standard',
  quantity: 2,
  name: 'data',
  status: 'in-use',
  keyName: null,
  reservationId: null,
  createdAt: at,
  updatedAt: at,
  lastView: { status: 'available', user_id: 'somebody', links: [{ rel: 'self', href: 'http://evil.example' }] },
} as const satisfies Arguments[0];
const landlord = { id: 'landlord', name: 'granite' } as Arguments[1];
const links = { publicUrl: 'http://broker', region: 'exchange', projectId: 'p' };

const shown = (state?: AttachmentState) => {
  const attachment = { id: 'a', serverId: 's', state, device: '/dev/vdb', createdAt: at } as Attachment;
  return lastSeenVolume(row, landlord, links, state === undefined ? undefined : attachment);
};

describe('a volume of a silent landlord', () => {
  it('is as it was last seen, with what is the broker’s to say', () => {
    const view = shown();
    expect(view).toMatchObject({ status: 'in-use', user_id: 'u', availability_zone: 'granite', size: 2 });
    expect(JSON.stringify(view.links)).not.toContain('evil.example');
  });
});

describe('a volume with an attachment', () => {
  it.each([
    ['reserving', 'reserved', 0],
    ['attaching', 'attaching', 0],
    ['attached', 'in-use', 1],
    ['detaching', 'detaching', 1],
  ] as const)('that is %s is %s', (state, status, listed) => {
    expect(shown(state).status).toBe(status);
    expect(shown(state).attachments).toHaveLength(listed);
  });
});
