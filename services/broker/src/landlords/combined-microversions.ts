import { VOLUME_MAX_MICROVERSION, VOLUME_MIN_MICROVERSION } from '@ocx/openstack-api/block-storage/microversions';
import { COMPUTE_MAX_MICROVERSION, COMPUTE_MIN_MICROVERSION } from '@ocx/openstack-api/compute/microversions';
import type { Enrolment, LandlordKind } from '@ocx/openstack-api/exchange/documents';
import { formatMicroversion, type MicroversionValue } from '@ocx/service-kit/microversion';

/** What every region announces, by the kind of landlord that answers there. */
const ANNOUNCED: Readonly<Record<LandlordKind, { api: string; min: MicroversionValue; max: MicroversionValue }>> = {
  compute: { api: 'compute', min: COMPUTE_MIN_MICROVERSION, max: COMPUTE_MAX_MICROVERSION },
  storage: { api: 'volume', min: VOLUME_MIN_MICROVERSION, max: VOLUME_MAX_MICROVERSION },
};

function read(text: string): MicroversionValue {
  const [major = '', minor = ''] = text.split('.');
  return { major: Number(major), minor: Number(minor) };
}

/**
 * What a landlord lacks, in a sentence; undefined when it speaks at least what the exchange announces. A tenant may ask any
 * landlord for any version of that range, for its servers and volumes are wherever the market placed them.
 */
export function missingMicroversions({ kind, microversions }: Pick<Enrolment, 'kind' | 'microversions'>) {
  const { api, min, max } = ANNOUNCED[kind];
  const least = read(microversions.min);
  const most = read(microversions.max);
  const covers =
    least.major === min.major && most.major === max.major && least.minor <= min.minor && most.minor >= max.minor;
  if (covers) return undefined;
  return (
    `The exchange speaks ${api} ${formatMicroversion(min)} to ${formatMicroversion(max)}, and so must its landlords; ` +
    `this one speaks ${microversions.min} to ${microversions.max}.`
  );
}
