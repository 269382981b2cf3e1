import { join } from 'node:path';
import { createProof } from '@ocx/openstack-client/dpop';
import { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { z } from 'zod';
import { median, timed } from './measure.js';
import { type RunningExchange, startExchange } from './running-exchange.js';
import { ms, type Row } from './table.js';
import type { Workplace } from './workplace.js';

const REQUESTS = 400;
const BOUND_MS = 3;

/** A GET of one server through the broker, beside the same GET straight at its landlord with a landlord token. */
export async function proxy(workplace: Workplace): Promise<Row[]> {
  const { exchange, session, tenant } = await startExchange(workplace);
  const http = new HttpClient();
  const image = await tenant.imageNamed('demonstration');
  const keyName = 'bench';
  await tenant.importKeyPair(keyName, PUBLIC_KEY);
  const server = await tenant.createServer({ name: 'proxied', flavor: 'm1.tiny', image, keyName, zone: 'harvard' });
  try {
    const landlord = exchange.urls.landlords.harvard;
    const direct = await landlordGet(exchange, session.token, landlord, `/v2.1/servers/${server.id}`, http);
    const url = `${session.endpoint('compute', 'exchange')}/servers/${server.id}`;
    const brokered = () => http.request({ method: 'GET', url, headers: { 'x-auth-token': session.token } });
    const straight: number[] = [];
    const through: number[] = [];
    for (let index = 0; index < REQUESTS; index += 1) {
      const one = [await timed(direct), await timed(brokered)] as const;
      if (index < REQUESTS / 10) continue;
      straight.push(one[0]);
      through.push(one[1]);
    }
    const added = median(through) - median(straight);
    return [
      {
        what: 'GET of a server through the broker: added at the median',
        measured: ms(median(through)),
        against: `${ms(median(straight))} straight at the landlord`,
        ratio: `+${ms(added)}`,
        bound: `≤ +${BOUND_MS} ms`,
        kept: added <= BOUND_MS,
      },
    ];
  } finally {
    await tenant.deleteServer(server.id);
    await tenant.deleteKeyPair(keyName);
    await http.close();
  }
}

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG1xTgbPzWz4pHLTbwYYSB4JYlJqGcRFpbGb9YyU5tMb bench';

// With the broker's own key: the landlord lets nobody else in.
async function landlordGet(
  exchange: RunningExchange['exchange'],
  subjectToken: string,
  landlord: string,
  path: string,
  http: HttpClient,
): Promise<() => Promise<unknown>> {
  const key = await SigningKey.load(join(exchange.state.at('broker'), 'keys', 'broker.jwk'));
  const issuer = exchange.urls.identity;
  const identity = new IdentityClient({
    identityUrl: issuer.replace(/\/v3$/, ''),
    issuer,
    clientId: 'broker',
    key,
    http,
  });
  const about = await http.request({ method: 'GET', url: `${landlord}/landlord/v1` });
  const { landlord_id: resource } = z.object({ landlord_id: z.string() }).parse(about.json());
  const { token } = await identity.exchange({ subjectToken, resource, access: { actions: ['read'] } });
  return async () => {
    const url = `${landlord}${path}`;
    const dpop = await createProof(key, { method: 'GET', url, accessToken: token });
    const answer = await http.request({ method: 'GET', url, headers: { authorization: `DPoP ${token}`, dpop } });
    if (answer.status !== 200) throw new Error(`The landlord answered ${answer.status}.`);
  };
}
