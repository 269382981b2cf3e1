import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';
import { StockClient } from './stock-client.js';

describe.each(['application credential', 'password'] as const)('object clients, with %s', (kind) => {
  let member: TestTenant;
  let swift: StockClient;
  let rclone: StockClient;
  let directory: string;
  const payload = randomBytes(3 * 1024 * 1024);

  beforeAll(async () => {
    const exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    member = await exchange.newTenant('objects');
    const openrc = kind === 'password' ? member.passwordOpenrc : await member.applicationCredentialOpenrc();
    swift = new StockClient(openrc);
    rclone = new StockClient(openrc, {
      RCLONE_CONFIG_OCX_TYPE: 'swift',
      RCLONE_CONFIG_OCX_ENV_AUTH: 'true',
    });
    directory = await mkdtemp(join(tmpdir(), 'ocx-objects-'));
    await mkdir(join(directory, 'tree', 'deep'), { recursive: true });
    await writeFile(join(directory, 'tree', 'a.txt'), 'a');
    await writeFile(join(directory, 'tree', 'deep', 'über ß.bin'), payload);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('swift uploads, lists, describes and downloads', async () => {
    await swift.run('swift', 'post', '-m', 'Colour:blue', 'c1');
    await swift.run('swift', 'upload', '--object-name', 'big', 'c1', join(directory, 'tree', 'deep', 'über ß.bin'));
    expect(await swift.run('swift', 'list', 'c1')).toBe('big\n');
    expect(await swift.run('swift', 'stat', 'c1')).toContain('Meta Colour: blue');
    expect(await swift.run('swift', 'stat', 'c1', 'big')).toContain(String(payload.length));
    await swift.run('swift', 'download', 'c1', 'big', '-o', join(directory, 'big.back'));
    expect((await readFile(join(directory, 'big.back'))).equals(payload)).toBe(true);
    expect(await swift.run('swift', 'capabilities')).toContain('swift');
    await swift.run('swift', 'delete', 'c1');
    expect(await swift.run('swift', 'list')).not.toContain('c1');
  });

  it('rclone copies a tree there and back and finds both sides equal', async () => {
    await rclone.run('rclone', 'mkdir', 'ocx:c2');
    await rclone.run('rclone', 'copy', join(directory, 'tree'), 'ocx:c2/dir');
    expect(await rclone.run('rclone', 'lsf', '--recursive', 'ocx:c2')).toContain('dir/deep/über ß.bin');
    await rclone.run('rclone', 'check', join(directory, 'tree'), 'ocx:c2/dir');
    expect(await rclone.run('rclone', 'cat', 'ocx:c2/dir/a.txt')).toBe('a');
    expect(await rclone.run('rclone', 'lsd', 'ocx:')).toContain('c2');
    await rclone.run('rclone', 'purge', 'ocx:c2');
  });
});
