import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

type Member = Awaited<ReturnType<IdentityProcess['member']>>;

let identity: IdentityProcess;
let ada: Member;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
});
afterAll(() => identity.stop());

const ENDS = '2999-01-01T00:00:00.000000';
const LATER = '2999-01-01T00:00:01.000000';
const MAY_DELEGATE = ['/v3/users/*/application_credentials', '/v3/users/*/credentials/OS-EC2'].map((path) => ({
  service: 'identity',
  method: 'POST',
  path,
}));

const credential = (token: string, fields: object): Promise<Answer> =>
  identity.call('POST', `/v3/users/${ada.userId}/application_credentials`, {
    token,
    json: { application_credential: fields },
  });

/** A token of a new application credential that may delegate. */
async function robot(fields: { name: string } & Record<string, unknown>): Promise<string> {
  const made = await credential(ada.token, { unrestricted: true, ...fields });
  expect(made.status, made.text).toBe(201);
  const { id, secret } = made.body.application_credential as { id: string; secret: string };
  const login = { methods: ['application_credential'], application_credential: { id, secret } };
  return (await identity.authenticate(login)).headers.get('x-subject-token') ?? '';
}

it('what an application credential makes ends no later than it', async () => {
  const token = await robot({ name: 'brief', expires_at: ENDS });
  const kept = await credential(token, { name: 'of brief' });
  expect(kept.body.application_credential.expires_at).toBe(ENDS);
  expect((await credential(token, { name: 'longer', expires_at: LATER })).status).toBe(403);
  const shorter = await credential(token, { name: 'shorter', expires_at: '2998-01-01T00:00:00.000000' });
  expect(shorter.status).toBe(201);
});

it('what an application credential with access rules makes has none but these', async () => {
  const token = await robot({ name: 'ruled', access_rules: MAY_DELEGATE });
  const rulesOf = ({ body }: Answer) =>
    (body.application_credential.access_rules as { path: string }[]).map(({ path }) => path).sort();
  const paths = MAY_DELEGATE.map(({ path }) => path).sort();
  expect(rulesOf(await credential(token, { name: 'as ruled' }))).toEqual(paths);
  const fewer = await credential(token, { name: 'fewer', access_rules: MAY_DELEGATE.slice(0, 1) });
  expect(rulesOf(fewer)).toEqual([MAY_DELEGATE[0]?.path]);
  const more = { service: 'compute', method: 'GET', path: '/v2.1/servers' };
  expect((await credential(token, { name: 'more', access_rules: [more] })).status).toBe(403);
});
