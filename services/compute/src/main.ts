import { listen, runService } from '@ocx/service-kit/bootstrap';
import { loadConfig } from '@ocx/service-kit/config';
import { computeOptions, createComputeApp } from './compute.app.js';
import { ComputeSettings } from './compute.config.js';

await runService('compute', async () => {
  const settings = loadConfig(ComputeSettings);
  await listen(await createComputeApp(settings), computeOptions(settings));
});
