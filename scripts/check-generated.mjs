// Fails when a committed OpenAPI document is not what the service's routes and schemas say today.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const services = ['identity', 'broker', 'compute', 'storage'];
let stale = 0;
for (const service of services) {
  const file = `services/${service}/openapi.json`;
  const committed = readFileSync(file, 'utf8');
  const run = spawnSync('npm', ['run', '--silent', 'openapi', '-w', `@ocx/${service}`], { encoding: 'utf8' });
  if (run.status !== 0) {
    console.error(`${service}: its OpenAPI document cannot be generated.\n${run.stdout}${run.stderr}`);
    stale += 1;
  } else if (readFileSync(file, 'utf8') !== committed) {
    console.error(`${file} was stale and has been written anew: commit it.`);
    stale += 1;
  }
}
process.exit(stale === 0 ? 0 : 1);
