import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { type Answer, IdentityProcess } from './identity-process.js';
import { type AnswerOptions, EXCLUSIVE, UNIVERSITY } from './university.js';

let identity: IdentityProcess;
let home: HomeOrganisation;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
});
afterAll(() => identity.stop());

const refused = (answer: Answer) => {
  expect(answer.status).toBe(401);
  expect(answer.body.error.message).toBe('The login was refused.');
  expect(answer.headers.get('x-subject-token')).toBeNull();
};
const inside = (xml: string, pattern: RegExp): string => {
  const [found] = pattern.exec(xml) ?? [];
  if (found === undefined) throw new Error(`There is no ${String(pattern)}.`);
  return found;
};
const SIGNATURE = /<(?:ds:)?Signature .*?<\/(?:ds:)?Signature>/s;
const assertionOf = (xml: string) => inside(xml, /<saml:Assertion .*<\/saml:Assertion>/s);
const withoutSignature = (xml: string) => xml.replace(SIGNATURE, '');
const another = (xml: string) => xml.replace(/ ID="[^"]+"/, ' ID="_evil"').replaceAll('>ada<', '>eve<');
/** The assertion of somebody else, which nobody signed. */
const evilOf = (xml: string) => another(withoutSignature(assertionOf(xml)));
/** The whole answer with somebody else in it, which nobody signed. */
const evilResponse = (xml: string) => another(xml.replace(assertionOf(xml), evilOf(xml))).replace(SIGNATURE, '');
const prepend = (xml: string, to: string) => xml.replace(/^<[^>]+>/, (start) => start + to);
const append = (xml: string, more: string) => xml.replace(/<\/[\w:]+>$/, (end) => more + end);
const holding = (signature: string, content: string) =>
  signature.replace(
    /<\/((?:ds:)?)Signature>$/,
    (end, prefix: string) => `<${prefix}Object>${content}</${prefix}Object>${end}`,
  );

/** What is signed stays in the document, where a careless reader does not look; what it reads is another's. */
const WRAPPINGS: Record<string, (xml: string) => string> = {
  'the answer inside the signature of another': (xml) =>
    prepend(evilResponse(xml), holding(inside(xml, SIGNATURE), withoutSignature(xml))),
  'the answer beside its signature in another': (xml) =>
    prepend(evilResponse(xml), withoutSignature(xml) + inside(xml, SIGNATURE)),
  'the answer at the end of another': (xml) => append(evilResponse(xml), xml),
  'the assertion after another': (xml) => xml.replace(assertionOf(xml), evilOf(xml) + assertionOf(xml)),
  'the assertion before another': (xml) => xml.replace(assertionOf(xml), assertionOf(xml) + evilOf(xml)),
  'the assertion in another': (xml) => xml.replace(assertionOf(xml), append(evilOf(xml), assertionOf(xml))),
  'the assertion in the signature of another': (xml) => {
    const signed = assertionOf(xml);
    return xml.replace(signed, prepend(evilOf(xml), holding(inside(signed, SIGNATURE), withoutSignature(signed))));
  },
  'the assertion in an extension': (xml) =>
    xml.replace(assertionOf(xml), `<samlp:Extensions>${assertionOf(xml)}</samlp:Extensions>${evilOf(xml)}`),
  'another in the signature of the assertion': (xml) => {
    const signed = assertionOf(xml);
    const signature = inside(signed, SIGNATURE);
    return xml.replace(signed, signed.replace(signature, holding(signature, evilOf(xml))));
  },
  'another with the same ID': (xml) => {
    const id = inside(assertionOf(xml), / ID="[^"]+"/);
    return xml.replace(assertionOf(xml), evilOf(xml).replace(' ID="_evil"', id) + assertionOf(xml));
  },
  'another under another root': (xml) => `<root xmlns="urn:x">${evilResponse(xml)}${xml}</root>`,
};

describe('a signature does not vouch for what it is not of', () => {
  it.each(Object.entries(WRAPPINGS))('%s', async (_, tamper) => {
    refused(await home.login({ tamper }));
    const { users } = (await identity.admin('GET', '/v3/users?name=eve')).body as { users: object[] };
    expect(users).toEqual([]);
  });
});

describe('a signature is what the provider’s key makes', () => {
  const wrong: Record<string, Partial<AnswerOptions>> = {
    'and no HMAC with its certificate': { hmac: true },
    'over what is named by no more transforms than it needs': { transforms: [EXCLUSIVE] },
    'and no empty value': { tamper: (xml) => xml.replace(/(<(?:ds:)?SignatureValue>)[^<]+/g, '$1') },
    'and no empty digest': { tamper: (xml) => xml.replace(/(<(?:ds:)?DigestValue>)[^<]+/g, '$1') },
    'and no digest with a comment before it': {
      tamper: (xml) => xml.replaceAll('>ada<', '>eve<').replace(/(<(?:ds:)?DigestValue>)/g, '$1<!-- x -->'),
    },
    'and of the whole, not of an empty reference elsewhere': {
      tamper: (xml) => xml.replace(/ URI="#[^"]+"/, ' URI=""'),
    },
    'and not encrypted out of sight': {
      tamper: (xml) =>
        xml.replace(assertionOf(xml), `<saml:EncryptedAssertion>${assertionOf(xml)}</saml:EncryptedAssertion>`),
    },
  };
  it.each(Object.entries(wrong))('%s', async (_, options) => {
    refused(await home.login(options));
  });
});

describe('a name', () => {
  it('is kept whole when a comment parts it, which no signature notices', async () => {
    const tamper = (xml: string) => xml.replaceAll('>ada.evil<', '>ada<!-- -->.evil<');
    const answer = await home.login({ name: 'ada.evil', tamper });
    expect(answer.status).toBe(201);
    expect(answer.body.token.user.name).toBe('ada.evil');
  });

  it('is not parted by an instruction or an entity', async () => {
    for (const part of ['<?x y?>', '&x;']) {
      const tamper = (xml: string) => xml.replaceAll('>ada.evil<', `>ada${part}.evil<`);
      refused(await home.login({ name: 'ada.evil', tamper }));
    }
  });
});
