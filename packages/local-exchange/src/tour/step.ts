import type { HttpApi } from '../api/http.js';
import type { Terminal } from '../terminal.js';
import type { Market } from './market.js';
import type { SecureShell } from './secure-shell.js';
import type { Server, Tenant, Volume } from './tenant.js';

/** Begins the name of everything a tour makes. */
export const TOUR_PREFIX = 'tour-';

/** What the tour is told: addresses and an account at the home university. Nothing else of the exchange is known to it. */
export interface TourInput {
  readonly http: HttpApi;
  readonly terminal: Terminal;
  /** Ends in /v3. */
  readonly identityUrl: string;
  readonly brokerUrl: string;
  readonly username: string;
  readonly password: string;
  /** Where the openrc files and the tour's key pair go. */
  readonly directory: string;
  readonly authority?: string;
}

/** What the steps hand on to the next. Each step says in its own file what it needs and what it adds. */
export interface Journey {
  tenant?: Tenant;
  market?: Market;
  shell?: SecureShell;
  servers: { harvard?: Server; mit?: Server };
  volume?: Volume;
  containers: string[];
}

export interface TourStep {
  readonly title: string;
  run(input: TourInput, journey: Journey): Promise<void>;
}

/** A later step relies on an earlier one; without it the tour has a mistake of its own. */
export function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The tour has no ${what} at this point.`);
  return value;
}
