import { describe, expect, it } from 'vitest';
import { mountPointsBelow } from './host-leftovers.js';

const MOUNTINFO = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '90 22 0:50 / /clone/.ocx/harvard/volumes rw shared:9 - ext4 /dev/vda rw',
  '91 90 7:0 / /clone/.ocx/harvard/volumes/my\\040data rw - ext4 /dev/loop0 rw',
  '92 22 0:51 / /clone/.ocx-other/volumes rw - ext4 /dev/loop1 rw',
].join('\n');

describe('mountPointsBelow', () => {
  it('finds the mounts of one exchange alone, innermost first, with their real names', () => {
    expect(mountPointsBelow('/clone/.ocx', MOUNTINFO)).toEqual([
      '/clone/.ocx/harvard/volumes/my data',
      '/clone/.ocx/harvard/volumes',
    ]);
  });
});
