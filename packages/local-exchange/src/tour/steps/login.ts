import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { COMBINED_REGION, Session } from '../../api/session.js';
import { applicationCredentialOpenrc, openrcText } from '../../openrc.js';
import { PROJECT } from '../../operator/federation.js';
import { StateDirectory } from '../../supervisor/state-directory.js';
import { Browser } from '../browser.js';
import { Market } from '../market.js';
import { openLoginPage, signIn } from '../saml-login.js';
import { TOUR_PREFIX, type TourInput, type TourStep } from '../step.js';
import { Tenant, type Server } from '../tenant.js';
import { until } from '../../polling.js';

const ANSWER_DEADLINE_MS = 20_000;

const Credential = z.object({ application_credential: z.object({ id: z.string(), secret: z.string() }) });
const Projects = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });

/** The project is chosen among those that the login opened. */
async function scoped(input: TourInput, token: string): Promise<Session> {
  const { http, identityUrl } = input;
  const { projects } = Projects.parse((await http.call({ url: `${identityUrl}/auth/projects`, token })).json());
  const project = projects.find(({ name }) => name === PROJECT);
  if (project === undefined) throw new Error(`The login opened no project "${PROJECT}".`);
  return Session.fromToken(http, identityUrl, token, { project: { id: project.id } });
}

async function writeOpenrc(input: TourInput, session: Session): Promise<string> {
  const url = `${input.identityUrl}/users/${session.info.user.id}/application_credentials`;
  const name = `tour-${randomUUID().slice(0, 8)}`;
  const body = { application_credential: { name, description: 'For the command line, made after a SAML login' } };
  const credential = (await session.post(Credential, url, body)).application_credential;
  const exchange = { authUrl: input.identityUrl, region: COMBINED_REGION, authority: input.authority };
  const file = path.join(input.directory, 'openrc');
  await new StateDirectory(input.directory).writePrivate(
    file,
    openrcText(applicationCredentialOpenrc(exchange, credential)),
  );
  return file;
}

/** What a tour that was cut off has left, by the names that tours use. */
async function clearAway(tenant: Tenant): Promise<number> {
  const mine = ({ name }: { name?: string | null }) => name?.startsWith(TOUR_PREFIX) === true;
  // Right after a start a landlord may not answer yet; what it holds is listed as UNKNOWN.
  const known = (all: Server[]) => all.every(({ status }) => status !== 'UNKNOWN');
  const listed = await until('all landlords answer', () => tenant.servers(), known, ANSWER_DEADLINE_MS);
  const servers = listed.filter(mine);
  const volumes = (await tenant.volumes()).filter(mine);
  const containers = (await tenant.containers()).filter(mine);
  await Promise.all(servers.map(({ id }) => tenant.deleteServer(id)));
  // A volume that was attached to one of them becomes free a moment after it.
  await Promise.all(volumes.map(({ id }) => tenant.deleteVolumeWhenFree(id)));
  await Promise.all(containers.map(({ name }) => tenant.deleteContainer(name)));
  return servers.length + volumes.length + containers.length;
}

export const login: TourStep = {
  title: 'A researcher logs in at her home university',
  async run(input, journey) {
    const { terminal } = input;
    const browser = new Browser(input.http);
    const page = await terminal.step(
      'the exchange sends her browser to the university',
      () => openLoginPage(browser, input.identityUrl),
      ({ url }) => new URL(url).host,
    );
    const token = await terminal.step(
      'the university checks her password and signs a SAML assertion',
      () => signIn(browser, page, input),
      () => 'signature, audience and time checked by identity',
    );
    const session = await terminal.step(
      'her token is scoped to a project',
      () => scoped(input, token),
      ({ info }) => `${info.user.name} in ${info.project?.name ?? ''} as ${info.roles.map((r) => r.name).join(', ')}`,
    );
    await terminal.step(
      'an application credential for the command line',
      () => writeOpenrc(input, session),
      (file) => file,
    );
    journey.tenant = new Tenant(session);
    journey.market = new Market(session, input.brokerUrl);
    const left = await clearAway(journey.tenant);
    if (left > 0) terminal.note(`An earlier tour was cut off; ${String(left)} things it left were given back.`);
  },
};
