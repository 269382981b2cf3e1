import { loadConfig } from '@ocx/service-kit/config';
import { listen, runService } from '@ocx/service-kit/bootstrap';
import { BrokerConfig } from './broker.config.js';
import { createBroker } from './broker-app.js';

await runService('broker', async () => {
  const config = loadConfig(BrokerConfig);
  const { app, options, listenObjects } = await createBroker(config);
  await listen(app, options);
  await listenObjects();
});
