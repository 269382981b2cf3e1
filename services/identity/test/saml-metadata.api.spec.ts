import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { IdentityProcess } from './identity-process.js';
import { metadata, UNIVERSITY } from './university.js';

let identity: IdentityProcess;
let home: HomeOrganisation;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
});
afterAll(() => identity.stop());

describe('metadata', () => {
  const good = metadata(UNIVERSITY);
  const refused = async (text: string) => {
    const answer = await home.publish(text);
    expect(answer.status).toBe(400);
    return answer.body.error.message as string;
  };

  it('is refused with a DOCTYPE, without certificate, or when it is no metadata', async () => {
    expect(await refused(good.replace('<md:Entity', '<!DOCTYPE x [<!ENTITY a "b">]><md:Entity'))).toContain('DOCTYPE');
    expect(await refused(metadata(UNIVERSITY, []))).toContain('certificate');
    expect(await refused('<html/>')).toContain('EntityDescriptor');
    expect(await refused('garbage')).toContain('malformed');
  });
});
