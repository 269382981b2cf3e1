import { COMBINED_REGION } from '../api/session.js';
import { LANDLORDS } from '../layout.js';
import { until } from '../polling.js';
import type { Operator } from './operator.js';

const CATALOG_DEADLINE_MS = 30_000;
const ENROLMENT_DEADLINE_MS = 60_000;

/** The broker puts its endpoints into the catalog in the background; a token shows the catalog of its making. */
export function operatorWithCatalog(login: () => Promise<Operator>): Promise<Operator> {
  const complete = ({ session }: Operator) => session.hasEndpoint('image', COMBINED_REGION);
  return until('the broker in the catalog', login, complete, CATALOG_DEADLINE_MS, () => 'not there');
}

type Enrolled = Awaited<ReturnType<Operator['enrolledLandlords']>>;

/** Waits until the broker reaches all landlords and knows their offers; gives their names. */
export async function landlordsEnrolled(operator: Operator): Promise<string[]> {
  const missing = (known: Enrolled) => LANDLORDS.filter((name) => known.get(name)?.trading !== true);
  const ask = () => operator.enrolledLandlords();
  const describe = (known: Enrolled) => `missing ${missing(known).join(', ')}; see their logs`;
  const all = (known: Enrolled) => missing(known).length === 0;
  return [...(await until('all landlords enrolled', ask, all, ENROLMENT_DEADLINE_MS, describe)).keys()];
}
