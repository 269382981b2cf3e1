import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { landlordPlan, type ExchangeUrls } from './exchange.services.js';
import { landlordFile } from './landlords.js';
import type { ComputeLandlordName, LandlordName } from './layout.js';
import type { Operator } from './operator/operator.js';
import type { Ports } from './ports.js';
import type { ServicePlan } from './supervisor/service-process.js';
import type { StateDirectory } from './supervisor/state-directory.js';

export type NetworkPools = Readonly<Record<ComputeLandlordName, string>>;

export const NETWORK_POOLS: NetworkPools = { harvard: '10.201.0.0/16', mit: '10.202.0.0/16' };

interface Surroundings {
  readonly state: StateDirectory;
  readonly ports: Ports;
  readonly urls: ExchangeUrls;
  readonly dockerHost: string;
  readonly label: string;
  readonly networkPools: NetworkPools;
  /** Image of the helper containers that mount volumes, if services do not do it themselves. */
  readonly mountHelper: string | undefined;
}

/** The configuration file and, for one that is new to the exchange, its one-time code. */
export async function preparedLandlord(
  name: LandlordName,
  operator: Operator,
  around: Surroundings,
): Promise<ServicePlan> {
  const { state, ports, urls, dockerHost, label, networkPools, mountHelper } = around;
  const configFile = state.at('landlords', `${name}.json`);
  await mkdir(path.dirname(configFile), { recursive: true });
  // The landlord's own from the first start on: what its administrator edits is kept.
  const content = `${JSON.stringify(landlordFile(name), null, 2)}\n`;
  await writeFile(configFile, content, { flag: 'wx' }).catch(ignoreExisting);
  const known = (await operator.enrolledLandlords()).has(name);
  return landlordPlan({
    name,
    configFile,
    ports,
    urls,
    dockerHost,
    enrolmentCode: known ? undefined : await operator.enrolmentCode(name),
    engineLabel: `${name}-${label}`,
    networkPool: name === 'harvard' || name === 'mit' ? networkPools[name] : '',
    // Below it everything belongs to root.
    mounts: mountHelper === undefined ? undefined : { helper: mountHelper, directory: state.at('volumes', name) },
  });
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
