import { z } from 'zod';

/** An OpenStack identifier: 32 hex digits, a UUID, or a short word such as `default`. Never a path. */
export const OpenStackId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
  .meta({ id: 'OpenStackId' });

/** A UUID in its canonical, hyphenated, lower-case form: how Nova, Glance and Cinder name things. */
export const Uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  .meta({ id: 'Uuid' });

/** A region's name, which is also a landlord's name in URLs and availability zones. */
export const RegionName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/);

/** The immutable audience given to a landlord at enrolment. */
export const LandlordId = z
  .string()
  .regex(/^landlord-[0-9a-f]{32}$/)
  .meta({ id: 'LandlordId' });

/** Integer micro-credits as a decimal string: what money looks like on the wire. */
export const MicroCredits = z.string().regex(/^-?(?:0|[1-9][0-9]{0,17})$/);

/** Micro-credits as {@link MicroCredits}, more than none. */
export const PositiveMicroCredits = z.string().regex(/^[1-9][0-9]{0,17}$/);

/** Lower-case hex SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** RFC 3339 in UTC. */
export const Timestamp = z.iso.datetime({ offset: false });

/** RFC 7638 thumbprint, base64url without padding. */
export const Thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
