import { setTimeout as delay } from 'node:timers/promises';
import { HttpApi } from '../api/http.js';
import { HomeUniversity } from '../supervisor/home-university.js';
import { StateDirectory } from '../supervisor/state-directory.js';
import { UniversitySettings, settingsFrom } from './settings.js';

const LOOK_EVERY_MS = 2000;

const settings = settingsFrom(UniversitySettings, process.env);
const directory = new StateDirectory(settings.OCX_DATA_DIR);
await directory.prepare();
const university = await HomeUniversity.start(directory, {
  port: settings.OCX_PORT,
  listenHost: '0.0.0.0',
  simpleSamlPhp: settings.OCX_SIMPLESAMLPHP,
});
university.onUnexpectedEnd((message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    stopping.abort();
  });
}
process.stdout.write(`The home university is at ${university.baseUrl}\n`);

/** What the exchange says of itself: fetched again and again, as identity providers do with their federation's metadata. */
const http = new HttpApi();
let known = '';
while (!stopping.signal.aborted) {
  const url = `${settings.OCX_IDENTITY_URL}/v3/OS-FEDERATION/saml2/metadata`;
  const answer = await http.call({ url, headers: { accept: '*/*' }, deadlineMs: 5000 }).catch(() => undefined);
  const metadata = answer?.body.toString('utf8') ?? '';
  if (metadata !== '' && metadata !== known) {
    await university.trust(metadata);
    known = metadata;
    process.stdout.write('The exchange’s metadata were read.\n');
  }
  await delay(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
}
await Promise.all([university.stop(), http.close()]);
