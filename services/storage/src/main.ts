import { createApp, listen, runService } from '@ocx/service-kit/bootstrap';
import { loadConfig } from '@ocx/service-kit/config';
import { storageAppOptions } from './storage.app.js';
import { StorageConfigSchema } from './storage.config.js';
import { StorageModule } from './storage.module.js';

await runService('storage', async () => {
  const config = loadConfig(StorageConfigSchema);
  const options = storageAppOptions(config);
  await listen(await createApp(StorageModule.forConfig(config), options), options);
});
