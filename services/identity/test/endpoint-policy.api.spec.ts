import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let [dns, mail, inFrance, inSpain, mailInFrance] = ['', '', '', '', ''];
let policies: string[] = [];

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const status = async (method: string, route: string): Promise<number> => (await admin(method, route)).status;
const policy = async (): Promise<string> =>
  (await admin('POST', '/v3/policies', { policy: { type: 'application/json', blob: '{}' } })).body.policy.id as string;
async function endpoint(service_id: string, region_id: string): Promise<string> {
  const fields = { service_id, region_id, interface: 'public', url: 'http://a.test' };
  return (await admin('POST', '/v3/endpoints', { endpoint: fields })).body.endpoint.id as string;
}
const at = (id: string | undefined, target: string): string => `/v3/policies/${id ?? ''}/OS-ENDPOINT-POLICY/${target}`;
const policyOf = async (id: string): Promise<string> => {
  const answer = await admin('GET', `/v3/endpoints/${id}/OS-ENDPOINT-POLICY/policy`);
  return answer.status === 200 ? (answer.body.policy.id as string) : String(answer.status);
};
const endpointsOf = async (id: string | undefined): Promise<string[]> =>
  ((await admin('GET', at(id, 'endpoints'))).body.endpoints as { id: string }[]).map((one) => one.id).sort();

beforeAll(async () => {
  identity = await IdentityProcess.start();
  for (const [id, parent] of [['europe'], ['france', 'europe'], ['spain', 'europe']]) {
    await admin('POST', '/v3/regions', { region: { id, parent_region_id: parent } });
  }
  const service = async (type: string) =>
    (await admin('POST', '/v3/services', { service: { type } })).body.service.id as string;
  [dns, mail] = [await service('dns'), await service('mail')];
  [inFrance, inSpain] = [await endpoint(dns, 'france'), await endpoint(dns, 'spain')];
  mailInFrance = await endpoint(mail, 'france');
});
beforeEach(async () => {
  policies = [await policy(), await policy(), await policy()];
});
afterAll(() => identity.stop());

describe('a policy', () => {
  it.each([
    ['an endpoint', () => `endpoints/${inFrance}`],
    ['a service', () => `services/${dns}`],
    ['a service in a region', () => `services/${dns}/regions/france`],
  ])('is given to %s, checked and taken', async (_, target) => {
    const [mine, other] = [at(policies[0], target()), at(policies[1], target())];
    expect([await status('GET', mine), await status('HEAD', mine)]).toEqual([404, 404]);
    expect([await status('PUT', mine), await status('PUT', mine)]).toEqual([204, 204]);
    expect([await status('GET', mine), await status('HEAD', mine)]).toEqual([204, 204]);
    expect(await policyOf(inFrance)).toBe(policies[0]);
    // There is one for each: the next takes its place.
    expect([await status('PUT', other), await status('GET', mine), await status('GET', other)]).toEqual([
      204, 404, 204,
    ]);
    expect([await status('DELETE', mine), await status('GET', other)]).toEqual([204, 204]);
    expect([await status('DELETE', other), await status('DELETE', other)]).toEqual([204, 204]);
    expect(await policyOf(inFrance)).toBe('404');
  });

  it('holds where it was given nearest: endpoint, region, region around it, service', async () => {
    const [ofService, ofEurope, ofFrance] = policies;
    await admin('PUT', at(ofService, `services/${dns}`));
    expect([await policyOf(inFrance), await policyOf(mailInFrance)]).toEqual([ofService, '404']);
    await admin('PUT', at(ofEurope, `services/${dns}/regions/europe`));
    await admin('PUT', at(ofFrance, `services/${dns}/regions/france`));
    expect([await policyOf(inFrance), await policyOf(inSpain)]).toEqual([ofFrance, ofEurope]);
    await admin('PUT', at(ofService, `endpoints/${inFrance}`));
    expect(await policyOf(inFrance)).toBe(ofService);
    expect(await endpointsOf(ofEurope)).toEqual([inFrance, inSpain].sort());
    expect(await endpointsOf(ofFrance)).toEqual([inFrance]);
    expect(await endpointsOf(ofService)).toEqual([inFrance, inSpain].sort());
    for (const id of policies) expect(await status('DELETE', `/v3/policies/${id}`)).toBe(204);
    expect(await policyOf(inFrance)).toBe('404');
  });

  it('ends with what it was given to', async () => {
    const short = await endpoint(mail, 'spain');
    await admin('PUT', at(policies[0], `endpoints/${short}`));
    expect(await endpointsOf(policies[0])).toEqual([short]);
    await admin('DELETE', `/v3/endpoints/${short}`);
    expect(await endpointsOf(policies[0])).toEqual([]);
    expect(await status('GET', at(policies[0], `endpoints/${short}`))).toBe(404);
  });

  it('and its endpoints, services and regions are there', async () => {
    const targets = ['endpoints/none', 'services/none', `services/${dns}/regions/none`, 'services/none/regions/france'];
    for (const target of targets) {
      for (const method of ['PUT', 'GET', 'DELETE']) expect(await status(method, at(policies[0], target))).toBe(404);
    }
    expect(await status('PUT', at('none', `endpoints/${inFrance}`))).toBe(404);
    expect(await status('GET', at('none', 'endpoints'))).toBe(404);
    expect(await policyOf('none')).toBe('404');
  });
});
