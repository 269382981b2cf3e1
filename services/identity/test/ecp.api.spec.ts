import { DOMParser } from '@xmldom/xmldom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Begun, HomeOrganisation } from './home-organisation.js';
import { type Answer, DASHBOARD, IdentityProcess } from './identity-process.js';
import { type AnswerOptions, COLLEGE, UNIVERSITY } from './university.js';

const PAOS = 'application/vnd.paos+xml';
const SOAP_NS = 'http://schemas.xmlsoap.org/soap/envelope/';
const PAOS_NS = 'urn:liberty:paos:2003-08';
const ECP_NS = 'urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp';
const PROTOCOL_NS = 'urn:oasis:names:tc:SAML:2.0:protocol';
/** As keystoneauth1 sends them. */
const CLIENT = { accept: `application/json,${PAOS}`, paos: `ver="${PAOS_NS}";"${ECP_NS}"` };

let identity: IdentityProcess;
let university: HomeOrganisation;
let college: HomeOrganisation;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  university = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
  college = await HomeOrganisation.register(identity, COLLEGE, () => rules);
});
afterAll(() => identity.stop());

const pathOf = ({ provider }: HomeOrganisation) => `${provider}/protocols/saml2/auth`;
const consumerOf = ({ is }: HomeOrganisation) => `/v3/OS-FEDERATION/saml2/ecp/${is.id}`;

interface EcpLogin extends Begun {
  readonly relayState: string;
}

const only = (text: string, namespace: string, name: string): Element => {
  const found = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagNameNS(namespace, name);
  expect(found.length).toBe(1);
  return found.item(0) as Element;
};

async function begin(home: HomeOrganisation): Promise<EcpLogin> {
  const answer = await identity.call('GET', pathOf(home), { headers: CLIENT });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(PAOS);
  expect(answer.headers.get('set-cookie')).toBeNull();
  const request = only(answer.text, PROTOCOL_NS, 'AuthnRequest');
  return {
    id: request.getAttribute('ID') ?? '',
    acsUrl: only(answer.text, PAOS_NS, 'Request').getAttribute('responseConsumerURL') ?? '',
    audience: `${identity.url}/v3/OS-FEDERATION/saml2/metadata`,
    relayState: only(answer.text, ECP_NS, 'RelayState').textContent,
    cookie: '',
  };
}

const envelope = (response: string, relayState: string) =>
  `<S:Envelope xmlns:S="${SOAP_NS}"><S:Header><ecp:RelayState xmlns:ecp="${ECP_NS}" S:mustUnderstand="1" S:actor="http://schemas.xmlsoap.org/soap/actor/next">${relayState}</ecp:RelayState></S:Header><S:Body>${response}</S:Body></S:Envelope>`;
const responseOf = (home: HomeOrganisation, begun: Begun, wrong?: Partial<AnswerOptions>) =>
  Buffer.from(home.answer(begun, wrong), 'base64').toString();
const bring = (home: HomeOrganisation, text: string) =>
  identity.call('POST', consumerOf(home), { text, headers: { 'content-type': PAOS } });
const answer = (home: HomeOrganisation, begun: EcpLogin, wrong?: Partial<AnswerOptions>) =>
  bring(home, envelope(responseOf(home, begun, wrong), begun.relayState));

describe('an enhanced client', () => {
  it('is given the request for its provider in an envelope', async () => {
    const { text } = await identity.call('GET', pathOf(university), { headers: CLIENT });
    const request = only(text, PROTOCOL_NS, 'AuthnRequest');
    expect(request.parentNode?.nodeName).toBe('S:Body');
    expect(request.getAttribute('ProtocolBinding')).toBe('urn:oasis:names:tc:SAML:2.0:bindings:PAOS');
    expect(request.getAttribute('AssertionConsumerServiceURL')).toBe(identity.url + consumerOf(university));
    expect(request.hasAttribute('Destination')).toBe(false);
    for (const block of [
      only(text, PAOS_NS, 'Request'),
      only(text, ECP_NS, 'Request'),
      only(text, ECP_NS, 'RelayState'),
    ]) {
      expect(block.getAttributeNS(SOAP_NS, 'mustUnderstand')).toBe('1');
      expect(block.getAttributeNS(SOAP_NS, 'actor')).toBe('http://schemas.xmlsoap.org/soap/actor/next');
    }
    const metadata = await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata');
    expect(metadata.text).toContain(`Location="${identity.url}${consumerOf(university)}"`);
    expect(metadata.text).toContain('urn:oasis:names:tc:SAML:2.0:bindings:PAOS');
  });

  it('gets an unscoped token for what it brings back', async () => {
    const done = await answer(university, await begin(university));
    expect(done.status).toBe(201);
    expect(done.body.token).toMatchObject({ methods: ['saml2'], user: { name: 'ada' } });
    const token = done.headers.get('x-subject-token') ?? '';
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(200);
    const browser = await university.login();
    expect(browser.body.token.user.id).toBe(done.body.token.user.id);
  });

  it('is a browser unless it says both that it is none', async () => {
    const others: Record<string, string>[] = [
      {},
      { accept: PAOS },
      { paos: CLIENT.paos },
      { accept: PAOS, paos: PAOS_NS },
    ];
    for (const headers of others) {
      expect((await identity.call('GET', pathOf(university), { headers })).status).toBe(302);
    }
  });

  it('gets a receipt where the user’s rules want more', async () => {
    const first = await answer(university, await begin(university), { name: 'two-factor' });
    const options = { multi_factor_auth_enabled: true, multi_factor_auth_rules: [['saml2', 'totp']] };
    await identity.admin('PATCH', `/v3/users/${String(first.body.token.user.id)}`, { user: { options } });
    const more = await answer(university, await begin(university), { name: 'two-factor' });
    expect(more.status).toBe(401);
    expect(more.headers.get('openstack-auth-receipt')).toBeTruthy();
    expect(more.body.required_auth_methods).toEqual([['saml2', 'totp']]);
  });
});

describe('what an enhanced client brings is refused', () => {
  const refused = (done: Answer, status = 401) => {
    expect(done.status).toBe(status);
    expect(done.headers.get('x-subject-token')).toBeNull();
  };

  it('a second time, even many times at once', async () => {
    const begun = await begin(university);
    const text = envelope(responseOf(university, begun), begun.relayState);
    const tries = await Promise.all(Array.from({ length: 6 }, () => bring(university, text)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401, 401]);
  });

  it('without the relay state of its login, and then it is spent', async () => {
    const [begun, other] = [await begin(university), await begin(university)];
    refused(await answer(university, { ...begun, relayState: other.relayState }));
    refused(await answer(university, begun));
  });

  it('when it answers a browser’s login, and a browser’s answer when it was an enhanced client’s', async () => {
    const browsers = await university.begin();
    const acsUrl = identity.url + consumerOf(university);
    refused(await answer(university, { ...browsers, acsUrl, relayState: 'x' }));
    refused(await answer(university, { ...browsers, relayState: 'x' }));
    const clients = await begin(university);
    refused(await university.post(university.answer(clients)));
    refused(await university.post(university.answer({ ...clients, acsUrl: identity.url + university.acs })));
    expect((await university.finish(university.answer(browsers), browsers.cookie)).status).toBe(201);
    expect((await answer(university, clients)).status).toBe(201);
  });

  it('when another organisation made it', async () => {
    const [mine, theirs] = [await begin(university), await begin(college)];
    refused(await answer(university, mine, { by: COLLEGE }));
    refused(await answer(university, mine, { by: COLLEGE, issuer: UNIVERSITY.entityId }));
    refused(await answer(university, theirs));
    refused(await bring(university, envelope(responseOf(college, theirs), mine.relayState)));
    expect((await answer(university, mine)).status).toBe(201);
    expect((await answer(college, theirs)).status).toBe(201);
  });

  const wrong: Record<string, Partial<AnswerOptions>> = {
    'unsigned response': { signResponse: false },
    'unsigned assertion': { signAssertion: false },
    'foreign key': { signer: 'impostor' },
    'rsa-sha1': { sha1: true },
    'another recipient': { recipient: 'http://elsewhere.test/ecp' },
    'another audience': { audience: 'http://elsewhere.test' },
    'changed name': { tamper: (xml) => xml.replace('>ada<', '>eve<') },
    'no such request': { inResponseTo: '_0123456789' },
  };
  it.each(Object.entries(wrong))('%s', async (_, options) => {
    refused(await answer(university, await begin(university), options));
  });

  it('when it is no envelope with one answer', async () => {
    const begun = await begin(university);
    const response = responseOf(university, begun);
    const fault = '<S:Fault><faultcode>S:Server</faultcode><faultstring>no</faultstring></S:Fault>';
    for (const text of [
      response,
      'garbage',
      envelope(fault, begun.relayState),
      envelope(response + response, begun.relayState),
      envelope(response, begun.relayState).replace(/<S:Header>.*<\/S:Header>/, ''),
      envelope(response, begun.relayState).replaceAll(SOAP_NS, 'urn:other'),
      `<!DOCTYPE x [<!ENTITY y "z">]>${envelope(response, begun.relayState)}`,
    ]) {
      refused(await bring(university, text), 400);
    }
    refused(await identity.call('POST', consumerOf(university)), 400);
    refused(await identity.call('POST', consumerOf(university).replace('university', 'nobody'), { text: 'x' }), 404);
    expect((await answer(university, begun)).status).toBe(201);
  });

  it('with a dashboard that nobody trusts', async () => {
    const evil = `${pathOf(university)}?origin=${encodeURIComponent('http://evil.test/')}`;
    expect((await identity.call('GET', evil, { headers: CLIENT })).status).toBe(401);
    const trusted = `${pathOf(university)}?origin=${encodeURIComponent(DASHBOARD)}`;
    expect((await identity.call('GET', trusted, { headers: CLIENT })).status).toBe(200);
  });
});
