import type { Session } from '@ocx/local-exchange/api/session';
import type { ExchangeUrls } from '@ocx/local-exchange/exchange.services';
import { z } from 'zod';
import { Books } from './books.js';

const COMPUTE = { 'openstack-api-version': 'compute 2.79' };
const Rows = z.array(z.looseObject({ name: z.string().nullish() }));

/** Everything a project has, as it sees it itself: to be compared before and after. */
export interface Holdings {
  readonly servers: unknown;
  readonly volumes: unknown;
  readonly images: unknown;
  readonly keyPairs: unknown;
  readonly containers: unknown;
  readonly objects: unknown;
  readonly leases: unknown;
  /** Leases that money moved for. What a lease that goes on costs meanwhile is no change. */
  readonly paidFor: readonly string[];
}

export async function holdingsOf(session: Session, urls: ExchangeUrls): Promise<Holdings> {
  const nova = session.endpoint('compute', 'exchange');
  const cinder = session.endpoint('volumev3', 'exchange');
  const glance = session.endpoint('image', 'exchange');
  const swift = session.endpoint('object-store', 'exchange');
  const books = new Books(session, urls);
  const get = (url: string, headers?: Record<string, string>) => session.get(z.unknown(), url, headers);
  const containers = await session.get(Rows, `${swift}?format=json`);
  const listings = containers.map(({ name }) => get(`${swift}/${encodeURIComponent(name ?? '')}?format=json`));
  return {
    servers: await get(`${nova}/servers/detail`, COMPUTE),
    volumes: await get(`${cinder}/volumes/detail`),
    images: await get(`${glance}/v2/images?visibility=private`),
    keyPairs: await get(`${nova}/os-keypairs`, COMPUTE),
    containers,
    objects: await Promise.all(listings),
    leases: (await books.leases()).map(({ id, state }) => [id, state]),
    paidFor: await books.paidFor(),
  };
}
