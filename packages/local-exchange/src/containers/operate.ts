import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HttpApi } from '../api/http.js';
import { COMBINED_REGION } from '../api/session.js';
import { IMAGE_NAME } from '../exchange.images.js';
import { LANDLORDS, type LandlordName } from '../layout.js';
import { federate, type University } from '../operator/federation.js';
import { Operator } from '../operator/operator.js';
import { until } from '../polling.js';
import { Terminal } from '../terminal.js';
import { OperatorSettings, settingsFrom } from './settings.js';

const CATALOG_DEADLINE_MS = 60_000;

/** The university of another container: it looks for itself what the exchange says of itself. */
function remoteUniversity(http: HttpApi, entityId: string): University {
  return {
    entityId,
    metadata: async () => (await http.call({ url: entityId, headers: { accept: '*/*' } })).body.toString('utf8'),
    trust: () => Promise.resolve(),
  };
}

/** The broker puts its endpoints into the catalog in the background; a token shows the catalog of its making. */
async function login(http: HttpApi, settings: OperatorSettings): Promise<Operator> {
  const urls = { identity: `${settings.OCX_IDENTITY_URL}/v3`, broker: settings.OCX_EXCHANGE_URL };
  const password = (await readFile(settings.OCX_ADMIN_PASSWORD_FILE, 'utf8')).trim();
  const ask = () => Operator.login(http, urls, password);
  const complete = ({ session }: Operator) => session.hasEndpoint('image', COMBINED_REGION);
  return until('the broker in the catalog', ask, complete, CATALOG_DEADLINE_MS, () => 'not there');
}

/** A landlord reads its code when it starts; one that is enrolled needs none. */
async function handOver(operator: Operator, name: LandlordName, directory: string): Promise<string> {
  if ((await operator.enrolledLandlords()).has(name)) return 'enrolled already';
  const file = path.join(directory, name, 'code');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${await operator.enrolmentCode(name)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return 'a new code';
}

async function operate(settings: OperatorSettings, terminal: Terminal): Promise<void> {
  const http = new HttpApi();
  try {
    const operator = await terminal.step('log in as admin', () => login(http, settings));
    const university = remoteUniversity(http, settings.OCX_UNIVERSITY_ENTITY_ID);
    await terminal.step('the university is trusted', () => federate(operator, university));
    await terminal.step('demonstration image at the broker', () =>
      operator.ensureImage(IMAGE_NAME, settings.OCX_DEMONSTRATION_IMAGE),
    );
    for (const name of LANDLORDS) {
      const work = () => handOver(operator, name, settings.OCX_ENROLMENT_DIRECTORY);
      await terminal.step(`one-time code for ${name}`, work, (outcome) => outcome);
    }
  } finally {
    await http.close();
  }
}

try {
  await operate(settingsFrom(OperatorSettings, process.env), new Terminal());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
