#!/usr/bin/env node
/**
 * `npm run test:compose`: builds the images, brings docker-compose.yml up, carries out the tour against it from outside,
 * lets one more landlord enrol by the profile `landlord`, deploys docker-stack.yml where the engine can, and takes all
 * of it away again. Ends with an error at the first thing that is not as it should be.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HttpApi } from '../../packages/local-exchange/dist/api/http.js';
import { landlordFile } from '../../packages/local-exchange/dist/landlords.js';
import { LANDLORDS } from '../../packages/local-exchange/dist/layout.js';
import { Operator } from '../../packages/local-exchange/dist/operator/operator.js';
import { until } from '../../packages/local-exchange/dist/polling.js';
import { portsAt } from '../../packages/local-exchange/dist/ports.js';
import { Terminal } from '../../packages/local-exchange/dist/terminal.js';
import { baseImage } from './base-image.mjs';
import { interrupt, show } from './commands.mjs';
import { Composition, IMAGES, NEWCOMER } from './composition.mjs';
import { Stack } from './stack.mjs';

const PORT_OFFSET = 4000;
const RESEARCHER = 'ada';
const HEALTHY_DEADLINE_MS = 180_000;
const ENROLMENT_DEADLINE_MS = 120_000;

const terminal = new Terminal();

async function healthy(composition) {
  const ask = () => composition.unwell();
  await until(
    'every container healthy',
    ask,
    (lines) => lines.length === 0,
    HEALTHY_DEADLINE_MS,
    (lines) => lines.join('; '),
  );
}

async function operatorOf(composition, http) {
  const password = await composition.read('identity', '/run/operator/admin-password');
  return Operator.login(http, composition.urls, password);
}

/** Enrolled, and the broker has their offers. */
async function enrolled(operator, names) {
  const missing = (found) => names.filter((name) => found.get(name)?.trading !== true);
  const ask = () => operator.enrolledLandlords();
  await until(
    'enrolled',
    ask,
    (found) => missing(found).length === 0,
    ENROLMENT_DEADLINE_MS,
    (found) => `missing ${missing(found)}`,
  );
  return names.join(', ');
}

async function tour(composition, directory) {
  const password = await composition.read('home-university', `/var/lib/ocx/secrets/university-${RESEARCHER}`);
  await show(process.execPath, ['packages/local-exchange/dist/start.js', '--tour-only', '--directory', directory], {
    OS_AUTH_URL: composition.urls.identity,
    OCX_EXCHANGE_URL: composition.urls.broker,
    OCX_TOUR_USERNAME: RESEARCHER,
    OCX_TOUR_PASSWORD: password,
  });
}

async function oneMoreLandlord(composition, operator, directory) {
  const file = path.join(directory, 'landlord.json');
  const { name } = NEWCOMER;
  await writeFile(file, JSON.stringify({ ...landlordFile('harvard'), name, region: name }));
  await composition.upLandlord(file, await operator.enrolmentCode(name));
  await healthy(composition);
  return enrolled(operator, [...LANDLORDS, name]);
}

async function exchangeInContainers(composition, directory) {
  const http = new HttpApi();
  try {
    await terminal.step('docker-compose up', () => composition.up());
    await terminal.step('every container healthy', () => healthy(composition));
    const operator = await operatorOf(composition, http);
    await terminal.step(
      'landlords enrolled',
      () => enrolled(operator, LANDLORDS),
      (names) => names,
    );
    await tour(composition, directory);
    await terminal.step(
      'one more landlord, by its profile',
      () => oneMoreLandlord(composition, operator, directory),
      (names) => names,
    );
  } catch (error) {
    terminal.line(await composition.logs().catch(() => ''));
    throw error;
  } finally {
    await terminal.step('docker-compose down', () => composition.down());
    await http.close();
  }
}

async function test() {
  terminal.title('docker-compose.yml and docker-stack.yml', 'for real');
  const directory = await mkdtemp(path.join(tmpdir(), 'ocx-compose-'));
  try {
    const base = await terminal.step(
      'base image',
      () => baseImage(),
      (image) => image,
    );
    const composition = new Composition(portsAt(PORT_OFFSET), base);
    const stack = new Stack(composition, terminal);
    await terminal.step('what an earlier run left', async () => {
      await stack.clear();
      await composition.down();
    });
    for (const service of IMAGES) await terminal.step(`image of ${service}`, () => composition.build(service));
    await exchangeInContainers(composition, directory);
    await stack.prove();
    terminal.line('\n  All of it works.\n');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    process.exitCode = 1;
    interrupt();
  });
}
try {
  await test();
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
