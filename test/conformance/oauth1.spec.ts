import { type Openrc, passwordOpenrc } from '@ocx/local-exchange/openrc';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { used } from '../secrets-in-logs.js';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';
import { StockClient } from './stock-client.js';

interface OAuthToken {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

/** Keystone's delegation by OAuth 1.0a, each step by the stock client's own command. */
describe('the stock openstack client, delegating by OAuth 1.0a', () => {
  let exchange: ExchangeUnderTest;
  let place: { authUrl: string; region: string };
  let admin: StockClient;
  let user: StockClient;
  let member: TestTenant;
  let consumer: { id: string; secret: string };
  let access: OAuthToken;

  const asConsumer = (token: OAuthToken): Openrc => ({
    OS_AUTH_URL: place.authUrl,
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: place.region,
    OS_AUTH_TYPE: 'v3oauth1',
    OS_CONSUMER_KEY: consumer.id,
    OS_CONSUMER_SECRET: consumer.secret,
    OS_ACCESS_KEY: token.key,
    OS_ACCESS_SECRET: token.secret,
  });
  const told = (token: OAuthToken): Promise<void> =>
    used(exchange.directory, 'the secret of an OAuth token', token.secret);
  const consumerOptions = (): string[] => ['--consumer-key', consumer.id, '--consumer-secret', consumer.secret];

  beforeAll(async () => {
    exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    place = { authUrl: exchange.urls.identity, region: 'exchange' };
    const password = await exchange.secret('admin-password');
    admin = new StockClient(passwordOpenrc(place, { name: 'admin', password, project: 'admin' }));
    member = await exchange.newTenant('oauth1');
    user = new StockClient(member.passwordOpenrc);
  });

  it('registers a program', async () => {
    consumer = await admin.json('consumer', 'create', '--description', 'a program of somebody');
    await used(exchange.directory, 'the secret of an OAuth consumer', consumer.secret);
    const listed = await admin.json<{ ID: string; Description: string }[]>('consumer', 'list');
    expect(listed).toContainEqual({ ID: consumer.id, Description: 'a program of somebody' });
  });

  it('asks, is let, and fetches what it was let have', async () => {
    const project = ['--project', member.session.projectId];
    const request = await user.json<OAuthToken>('request', 'token', 'create', ...consumerOptions(), ...project);
    await told(request);
    const leave = await user.json<{ oauth_verifier: string }>(
      ...['request', 'token', 'authorize', '--request-key', request.key, '--role', 'member'],
    );
    const proof = ['--request-key', request.key, '--request-secret', request.secret];
    const wrong = ['access', 'token', 'create', ...consumerOptions(), ...proof, '--verifier', 'guessed'];
    await expect(user.openstack(...wrong)).rejects.toThrow(/401/);
    access = await user.json<OAuthToken>(
      ...['access', 'token', 'create', ...consumerOptions(), ...proof, '--verifier', leave.oauth_verifier],
    );
    await told(access);
    expect(access.key).not.toBe(request.key);
  });

  it('logs the program in for its user, with no password', async () => {
    const program = new StockClient(asConsumer(access));
    const token = await program.json<{ id: string; project_id: string; user_id: string }>('token', 'issue');
    await used(exchange.directory, 'an exchange token', token.id);
    const own = await user.json<{ project_id: string; user_id: string }>('token', 'issue');
    expect([token.project_id, token.user_id]).toEqual([own.project_id, own.user_id]);
    const flavors = await program.json<{ Name: string }[]>('flavor', 'list');
    expect(flavors.map(({ Name }) => Name)).toContain('m1.tiny');
    const forged = new StockClient(asConsumer({ ...access, secret: 'forged' }));
    await expect(forged.openstack('token', 'issue')).rejects.toThrow(/401/);
  });

  it('is over once the program is no longer registered', async () => {
    await admin.openstack('consumer', 'delete', consumer.id);
    await expect(new StockClient(asConsumer(access)).openstack('token', 'issue')).rejects.toThrow(/401/);
  });
});
