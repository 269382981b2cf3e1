import { listen, runService } from '@ocx/service-kit/bootstrap';
import { createIdentity } from './application.js';
import { BootstrapService } from './bootstrap/bootstrap.service.js';

await runService('identity', async () => {
  const { app, options } = await createIdentity();
  await app.get(BootstrapService).run();
  await listen(app, options);
});
