// The built broker as a process of its own, which a test may kill at any moment. Told over IPC what to order and end.
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { createBroker } from '../dist/broker-app.js';
import { BrokerConfig } from '../dist/broker.config.js';
import { LeasesService } from '../dist/market/leases/leases.service.js';
import { OrdersService } from '../dist/market/orders/orders.service.js';
import { RevocationFollower } from '../dist/revocations/revocation-follower.js';
import { TokenVerifier } from '@ocx/service-kit/token-verifier';

const config = BrokerConfig.parse(process.env);
const { app, listenObjects } = await createBroker(config);
await app.listen({ port: config.OCX_PORT, host: config.OCX_LISTEN_HOST });
await listenObjects();
const find = (token) => app.get(token, { strict: false });

process.on('message', async (message) => {
  const { place, end } = message;
  if (place) {
    const caller = await find(TokenVerifier).verifyToken(place);
    const request = { resourceType: 'server', productId: 'm1.tiny', quantity: 1 };
    await find(OrdersService).place(caller, request, (lease) => {
      process.send({ provisioning: lease.id });
      return message.hang ? new Promise(() => undefined) : Promise.resolve();
    });
    process.send({ placed: true });
  }
  if (end) {
    await find(LeasesService).end('system', end, 'test');
    process.send({ ended: true });
  }
});
// Until the feed was heard, tokens are introspected, which the fake identity cannot do.
while (!find(RevocationFollower).isFresh) await setTimeout(20);
process.send({ ready: true });
