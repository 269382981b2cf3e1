import { remoteKeys } from '@ocx/service-kit/jwks';
import { ExchangeTokenVerifier } from '@ocx/service-kit/token-verifier';
import { timed } from './measure.js';
import { startIdentity } from './standalone-landlord.js';
import { type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const ROUNDS = 100_000;
const BOUND_US = 10;

/** A token that a service has seen before: hash, look-up, expiry. The proof of possession is not part of it. */
export async function tokenCheck(workplace: Workplace): Promise<Row[]> {
  const identity = await startIdentity(workplace);
  const verifier = new ExchangeTokenVerifier({ issuer: identity.issuer, keys: remoteKeys(identity.jwksUrl) });
  const token = await identity.exchangeToken();
  const check = async (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) await verifier.verifyToken(token);
  };
  await check(ROUNDS / 10);
  const each = ((await timed(() => check(ROUNDS))) / ROUNDS) * 1000;
  return [
    {
      what: 'token checked offline, from cache',
      measured: `${each.toFixed(2)} µs`,
      against: `${BOUND_US} µs`,
      ratio: times(each / BOUND_US),
      bound: '≤ 1.00 ×',
      kept: each <= BOUND_US,
    },
  ];
}
