import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { IdentityProcess } from './identity-process.js';
import { certificateOf, COLLEGE, metadata, signedMetadata, UNIVERSITY } from './university.js';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.pem`, import.meta.url));

let server: Server;
let url: string;
/** What the server of the metadata answers. */
let served: { status?: number; headers?: Record<string, string>; body: string | Buffer; silent?: boolean };

let identity: IdentityProcess;
let home: HomeOrganisation;

beforeAll(async () => {
  const tls = { key: readFileSync(fixture('web.key')), cert: readFileSync(fixture('web.crt')) };
  server = createServer(tls, (_request, response) => {
    if (served.silent !== true) response.writeHead(served.status ?? 200, served.headers).end(served.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `https://127.0.0.1:${String(port)}/metadata`;
  identity = await IdentityProcess.start({
    OCX_CA_FILE: fixture('web.crt'),
    OCX_ALLOWED_METADATA_ADDRESSES: `127.0.0.1:${String(port)}`,
    OCX_METADATA_REFRESH_SECONDS: '1',
  });
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
});
afterAll(async () => {
  await identity.stop();
  server.closeAllConnections();
  server.close();
});

const good = metadata(UNIVERSITY);
const refused = async (text: string) => {
  const answer = await home.publish(text);
  expect(answer.status).toBe(400);
  return answer.body.error.message as string;
};
const until = (seconds: number) => ` validUntil="${new Date(Date.now() + seconds * 1000).toISOString()}"`;
const source = (method: string, fields?: object) =>
  identity.admin(method, `${home.provider}/metadata_source`, fields && { metadata_source: fields });

describe('metadata from a file', () => {
  it('are refused with a DOCTYPE, without certificate, or when they are no metadata', async () => {
    expect(await refused(good.replace('<md:Entity', '<!DOCTYPE x [<!ENTITY a "b">]><md:Entity'))).toContain('DOCTYPE');
    expect(await refused(metadata(UNIVERSITY, []))).toContain('certificate');
    expect(await refused(good.replace(/(<ds:X509Certificate>).{20}/, '$1AAAA'))).toContain('malformed');
    expect(await refused('<html/>')).toContain('EntityDescriptor');
    expect(await refused('garbage')).toContain('malformed');
  });

  it('count until they say', async () => {
    const imported = await home.publish(metadata(UNIVERSITY, ['university'], until(3600)));
    expect(Date.parse(imported.body.identity_provider.saml.valid_until as string)).toBeGreaterThan(Date.now());
    expect((await home.login()).status).toBe(201);
    expect(await refused(metadata(UNIVERSITY, ['university'], until(-1)))).toContain('expired');
    expect(await refused(metadata(UNIVERSITY, ['university'], ' validUntil="soon"'))).toContain('validUntil');
    const ofTheProvider = good.replace('<md:IDPSSODescriptor', `<md:IDPSSODescriptor${until(-1)}`);
    expect(await refused(ofTheProvider)).toContain('expired');

    expect((await home.publish(metadata(UNIVERSITY, ['university'], until(2)))).status).toBe(200);
    const begun = await home.begin();
    await expect
      .poll(async () => (await identity.call('GET', home.beginning)).status, { timeout: 10_000, interval: 200 })
      .toBe(403);
    expect((await home.finish(home.answer(begun), begun.cookie)).status).toBe(403);
    expect((await home.publish(good)).status).toBe(200);
  });

  it('are refused when another provider has their entity id', async () => {
    const other = '/v3/OS-FEDERATION/identity_providers/other';
    await identity.admin('PUT', other, { identity_provider: { enabled: true } });
    const taken = await identity.call('PUT', `${other}/metadata`, { token: identity.adminToken, text: good });
    expect(taken.status).toBe(409);
    expect((await identity.admin('GET', other)).body.identity_provider.remote_ids).toEqual([]);
  });
});

describe('metadata with a pinned signer', () => {
  const pin = (...signers: ('university' | 'college' | 'impostor')[]) => signers.map(certificateOf);
  beforeEach(async () => {
    expect((await source('PUT', { signing_certificates: pin('college') })).status).toBe(200);
  });

  it('count when that one signed the whole of them', async () => {
    expect((await home.publish(signedMetadata(good, 'college'))).status).toBe(200);
    expect((await home.login()).status).toBe(201);
    expect(await refused(good)).toContain('not signed');
    expect(await refused(signedMetadata(good, 'impostor'))).toContain('pinned');
    expect(await refused(signedMetadata(good, 'college', true))).toContain('pinned');
    const changed = signedMetadata(good, 'college').replace(UNIVERSITY.ssoUrl, 'http://evil.test/sso');
    expect(await refused(changed)).toContain('pinned');
    expect(await refused(signedMetadata(signedMetadata(good, 'college'), 'college'))).toContain('signature');
  });

  it('are read in what was signed, and nowhere beside it', async () => {
    const signed = signedMetadata(good, 'college').replace('<?xml version="1.0"?>', '');
    const evil = metadata(UNIVERSITY, ['impostor'])
      .replace('<?xml version="1.0"?>', '')
      .replace('"_metadata"', '"_evil"');
    const [signature = ''] = /<(?:ds:)?Signature .*<\/(?:ds:)?Signature>/s.exec(signed) ?? [];
    expect(signature).not.toBe('');
    // The signature moved to a document that wraps the signed one, and to one that only has its id.
    expect(await refused(evil.replace('</md:IDPSSODescriptor>', `</md:IDPSSODescriptor>${signed}`))).toContain(
      'signed',
    );
    const wrapped = evil.replace(/(<md:EntityDescriptor[^>]*>)/, `$1${signature}`);
    expect(await refused(wrapped.replace('</md:EntityDescriptor>', `${signed}</md:EntityDescriptor>`))).toContain(
      'pinned',
    );
    expect(await refused(wrapped.replace('"_evil"', '"_metadata"'))).toContain('pinned');
  });

  it('may have two signers while the signer changes', async () => {
    expect((await source('PUT', { signing_certificates: pin('impostor', 'college') })).status).toBe(200);
    expect((await home.publish(signedMetadata(good, 'college'))).status).toBe(200);
    expect((await home.publish(signedMetadata(good, 'impostor'))).status).toBe(200);
    expect((await source('GET')).body.metadata_source).toEqual({
      url: null,
      signing_certificates: pin('impostor', 'college'),
    });
    expect((await source('DELETE')).status).toBe(204);
    expect((await source('DELETE')).status).toBe(404);
    expect((await source('GET')).status).toBe(404);
    expect((await home.publish(good)).status).toBe(200);
  });

  it('come from a source that is well described', async () => {
    for (const fields of [
      {},
      { signing_certificates: [] },
      { signing_certificates: ['garbage'] },
      { url: url.replace('https:', 'http:'), signing_certificates: pin('college') },
      { url: 'file:///etc/passwd', signing_certificates: pin('college') },
    ]) {
      expect((await source('PUT', fields)).status).toBe(400);
    }
  });
});

describe('metadata from a URL', () => {
  const follow = (fields: object = {}) =>
    source('PUT', { url, signing_certificates: [certificateOf('college')], ...fields });
  const failed = async (fields?: object) => {
    const answer = await follow(fields);
    expect(answer.status).toBe(400);
    return answer.body.error.message as string;
  };

  it('are refused when the source is no good, and then it is not pinned', async () => {
    await source('DELETE');
    served = { body: good };
    expect(await failed()).toContain('not signed');
    served = { body: signedMetadata(good, 'impostor') };
    expect(await failed()).toContain('pinned');
    served = { status: 404, body: '' };
    expect(await failed()).toContain('404');
    served = { status: 302, headers: { location: 'https://127.0.0.1:1/' }, body: '' };
    expect(await failed()).toContain('redirect');
    served = { body: 'x'.repeat(1024 * 1024 + 1) };
    expect(await failed()).toContain('more than was asked for');
    served = { body: Buffer.from([0xff, 0xfe, 0xfd]) };
    expect(await failed()).toContain('could not be fetched');
    for (const elsewhere of [
      'https://127.0.0.1:1/',
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://169.254.169.254/',
    ]) {
      expect(await failed({ url: elsewhere })).toContain('is not one this service may call');
    }
    expect((await source('GET')).status).toBe(404);
  });

  it('are given up when the source is silent', async () => {
    served = { body: '', silent: true };
    expect(await failed()).toContain('in time');
  }, 20_000);

  it('are fetched again by themselves, so that a new certificate is known in time', async () => {
    served = { body: signedMetadata(good, 'college') };
    const pinned = await follow();
    expect(pinned.status).toBe(200);
    expect(pinned.body.identity_provider.saml).toMatchObject({ entity_id: UNIVERSITY.entityId, certificates: 1 });
    expect((await home.login({ signer: 'impostor' })).status).toBe(401);
    const loginBy = (signer: 'university' | 'impostor') =>
      expect.poll(async () => (await home.login({ signer })).status, { timeout: 15_000, interval: 200 });

    // Announced beside the old one, then alone: nobody is refused in between.
    served = { body: signedMetadata(metadata(UNIVERSITY, ['university', 'impostor']), 'college') };
    await loginBy('impostor').toBe(201);
    expect((await home.login({ signer: 'university' })).status).toBe(201);
    served = { body: signedMetadata(metadata(UNIVERSITY, ['impostor']), 'college') };
    await loginBy('university').toBe(401);
    expect((await home.login({ signer: 'impostor' })).status).toBe(201);

    // A source that turns bad changes nothing, nor does one that speaks of somebody else.
    for (const body of [good, 'garbage', signedMetadata(metadata(COLLEGE), 'college')]) {
      served = { body };
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect((await home.login({ signer: 'impostor' })).status).toBe(201);
    }
    expect((await source('DELETE')).status).toBe(204);
  }, 60_000);
});
