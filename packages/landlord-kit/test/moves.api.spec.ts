import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ChallengeAnswer, LandlordEvent, LandlordMove } from '@ocx/openstack-api/exchange/documents';
import { documentHash, verifyDocument } from '@ocx/openstack-client/documents';
import { freePort } from '@ocx/testing/free-port';
import { LandlordCaller } from '@ocx/testing/landlord-caller';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { landlordFile, TestWorld, type TestLandlord, TINY } from './landlord-app.js';

const COMMAND = path.resolve(import.meta.dirname, '../dist/move-landlord.js');
const run = promisify(execFile);

/** A part of a compact JWS, as it stands there. */
const part = (jws: string, index: number): unknown =>
  JSON.parse(Buffer.from(jws.split('.')[index] ?? '', 'base64url').toString());

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

describe('a landlord that moves', () => {
  let world: TestWorld;
  let service: TestLandlord;
  let name: string;
  let count = 0;

  beforeAll(async () => {
    world = await TestWorld.start();
  });
  beforeEach(async () => {
    world.exchange.refuseMoves = undefined;
    name = `landlord-${String((count += 1))}`;
    service = await world.landlord({ file: landlordFile({ name, region: name }) });
    await world.enrolled(name);
  });
  afterAll(() => world.stop());

  const command = async (...options: string[]): Promise<Ended> => {
    const env = { ...process.env, DATABASE_URL: service.databaseUrl };
    return run(process.execPath, [COMMAND, ...options], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => error as Ended,
    );
  };
  const about = async (url: string) => (await (await fetch(`${url}/landlord/v1`)).json()) as Record<string, unknown>;
  /** Calls the port at `url` with proofs for `endpoint`. */
  const status = async (url: string, endpoint = url) => {
    const { identity, key } = world.exchange;
    const { landlordId } = await world.enrolled(name);
    const caller = await LandlordCaller.create({ identity, landlordId, url, endpoint, key });
    return (await caller.as().get('/v2.1/servers')).status;
  };

  it('listens at both ports, takes proofs for both, and signs with its new key', async () => {
    const old = service.url;
    const { jwk } = await world.enrolled(name);
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    const calls: Promise<number>[] = [];
    const steady = setInterval(() => calls.push(status(old)), 20);
    const moved = await command('--endpoint', `${url}/`, '--port', String(port), '--new-key');
    clearInterval(steady);
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringMatching(/^moved: .* is at .* \(move 1\)\n$/) });
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect(calls.length).toBeGreaterThan(5);

    const landlord = await world.enrolled(name);
    expect(landlord.endpoint).toBe(url);
    expect(landlord.jwk).not.toEqual(jwk);
    expect(await about(url)).toMatchObject({ endpoint: url, jwk: landlord.jwk, region: name });
    for (const at of [old, url]) {
      expect([await status(at, url), await status(at, old)]).toEqual([200, 200]);
      expect(await status(at, 'http://127.0.0.1:1')).toBe(401);
    }
    await world.exchange.rent(landlord, { product: TINY });
    const feed = (await world.exchange.caller(landlord)).feed();
    const { events } = (await feed.get<{ events: string[] }>('/landlord/v1/events')).json;
    await verifyDocument(LandlordEvent, 'ocx-event+jwt', events[0] ?? '', jwk);
    await verifyDocument(LandlordEvent, 'ocx-event+jwt', events.at(-1) ?? '', landlord.jwk);
  });

  it('is where it moved after a restart, with the settings of before and with new ones', async () => {
    const old = service.url;
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    expect((await command('--endpoint', url, '--port', String(port), '--new-key')).code).toBe(0);
    await service.restart();
    await expect.poll(() => status(url).catch(() => 0), { timeout: 10_000 }).toBe(200);
    expect(await status(old, url)).toBe(200);
    await service.restart({ OCX_PORT: String(port), OCX_PUBLIC_URL: url });
    expect(await status(url)).toBe(200);
    await expect(status(old)).rejects.toThrow();
    const keys = await readdir(path.join(service.dataDirectory, 'landlord-keys'));
    expect(keys).toHaveLength(1);
    for (const file of ['landlord-key.json', path.join('landlord-keys', keys[0] ?? '')]) {
      expect((await stat(path.join(service.dataDirectory, file))).mode & 0o777).toBe(0o600);
    }
  });

  it('chains its moves, each signed by the key of then', async () => {
    const before = world.exchange.moves.length;
    const first = { ...(await world.enrolled(name)).jwk };
    for (let i = 0; i < 3; i += 1) expect((await command('--new-key')).code).toBe(0);
    const moves = world.exchange.moves.slice(before);
    const documents = moves.map(({ move }) => LandlordMove.parse(part(move, 1)));
    expect(documents.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const hashes = moves.map(({ move }) => documentHash(move));
    expect(documents.map(({ prev }) => prev)).toEqual([null, hashes[0], hashes[1]]);
    await verifyDocument(LandlordMove, 'ocx-move+jwt', moves[1]?.move ?? '', documents[0]?.jwk ?? first);
    await verifyDocument(LandlordMove, 'ocx-move+jwt', moves[2]?.move ?? '', documents[1]?.jwk ?? first);
    expect(documents[2]?.jwk).toEqual((await world.enrolled(name)).jwk);
    expect(await status(service.url)).toBe(200);
  });

  it('goes on after a crash in the middle of it', async () => {
    world.exchange.refuseMoves = { status: 503, reason: 'identity_unreachable' };
    const before = world.exchange.moves.length;
    expect(await command('--new-key', '--wait', '3')).toMatchObject({ code: 3 });
    expect(await command('--new-key')).toMatchObject({ code: 1, stderr: expect.stringContaining('under way') });
    expect((await command('--show')).stdout).toContain('under way');
    expect(await status(service.url)).toBe(200);
    await service.restart();
    world.exchange.refuseMoves = undefined;
    await expect.poll(async () => (await command('--show')).stdout, { timeout: 30_000 }).toContain('moved');
    const documents = new Set(world.exchange.moves.slice(before).map(({ move }) => move));
    expect(documents.size).toBe(1);
    expect(await about(service.url)).toMatchObject({ jwk: (await world.enrolled(name)).jwk });
  });

  it('is where it was when the exchange refuses', async () => {
    const landlord = { ...(await world.enrolled(name)) };
    world.exchange.refuseMoves = { status: 400, reason: 'endpoint_refused' };
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    const refused = await command('--endpoint', url, '--port', String(port), '--new-key');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('endpoint_refused') });
    expect(await about(service.url)).toMatchObject({ endpoint: landlord.endpoint, jwk: landlord.jwk });
    await expect.poll(() => status(url).catch(() => 'closed'), { timeout: 10_000 }).toBe('closed');
    expect(await status(service.url)).toBe(200);
    expect(await status(service.url, url)).toBe(401);
    expect(await readdir(path.join(service.dataDirectory, 'landlord-keys'))).toEqual([]);
    world.exchange.refuseMoves = undefined;
    expect((await command('--new-key')).code).toBe(0);
  });

  it('signs anew what lay too long', async () => {
    world.exchange.refuseMoves = { status: 400, reason: 'document_stale' };
    const before = world.exchange.moves.length;
    expect((await command('--new-key', '--wait', '3')).code).toBe(3);
    world.exchange.refuseMoves = undefined;
    await expect.poll(async () => (await command('--show')).stdout, { timeout: 30_000 }).toContain('moved');
    const documents = world.exchange.moves.slice(before).map(({ move }) => move);
    expect(new Set(documents).size).toBeGreaterThan(1);
  });

  it('keeps its port when that of the move is taken', async () => {
    const taken = new URL(world.exchange.url).port;
    const refused = await command('--endpoint', world.exchange.url, '--port', taken);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('EADDRINUSE') });
    expect(await status(service.url)).toBe(200);
  });

  it('signs challenges for the place that it goes to, and no other', async () => {
    world.exchange.refuseMoves = { status: 503, reason: 'later' };
    const next = 'http://next.test:8801';
    expect((await command('--endpoint', next, '--new-key', '--wait', '2')).code).toBe(3);
    const challenge = async (endpoint: string) => {
      const body = JSON.stringify({ nonce: 'n'.repeat(32), endpoint, exchange: world.exchange.url });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${service.url}/landlord/v1/challenge`, { method: 'POST', headers, body });
      return { status: answer.status, ...((await answer.json()) as { answer?: string }) };
    };
    const { jwk } = await world.enrolled(name);
    const { answer = '' } = await challenge(next);
    expect(ChallengeAnswer.parse(part(answer, 1))).toMatchObject({ endpoint: next });
    await expect(verifyDocument(ChallengeAnswer, 'ocx-challenge+jwt', answer, jwk)).rejects.toThrow('signature');
    expect((await challenge('http://127.0.0.1:1')).status).toBe(403);
  });

  it('is explained by its command', async () => {
    const help = await command('--help');
    expect([help.code, help.stdout]).toEqual([0, expect.stringMatching(/Examples:[^]*--new-key/)]);
    for (const wrong of [
      [],
      ['--port', '80'],
      ['--endpoint', 'file:///x'],
      ['--nonsense'],
      ['--endpoint', 'x', '--show'],
    ]) {
      expect([wrong, (await command(...wrong)).code]).toEqual([wrong, 2]);
    }
    const shown = await command('--show');
    expect(shown.stdout).toContain(`is at ${service.url} with key`);
    const key = JSON.parse(await readFile(path.join(service.dataDirectory, 'landlord-key.json'), 'utf8')) as {
      d: string;
    };
    expect(shown.stdout).not.toContain(key.d);
  });
});
