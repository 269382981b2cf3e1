import { z } from 'zod';
import { Admission, LandlordKind, Price, Product, Sla, type Meter } from '@ocx/openstack-api/exchange/documents';
import { RegionName } from '@ocx/openstack-api/ids';

/** What each product is metered in. */
export const METER_OF_PRODUCT = {
  server: 'server_seconds',
  volume: 'volume_gib_seconds',
  'object-store': 'object_byte_seconds',
} as const satisfies Record<Product['type'], Meter>;

const KIND_OF_PRODUCT = { server: 'compute', volume: 'storage', 'object-store': 'storage' } as const;

const FileOffer = z.strictObject({ product: Product, prices: z.array(Price).min(1).max(12) });

/** The landlord's configuration file, `OCX_LANDLORD_CONFIG`. */
export const LandlordFileSchema = z
  .strictObject({
    name: RegionName,
    region: RegionName,
    kind: LandlordKind,
    description: z.string().max(255).default(''),
    sla: Sla,
    traits: z
      .array(z.string().regex(/^[A-Z0-9_]{1,64}$/))
      .max(64)
      .default([]),
    admission: Admission.default({ domains: [], deny_projects: [] }),
    notice_seconds: z.int().nonnegative().default(0),
    /** The kill switch: no new leases; existing ones go on. */
    closed: z.boolean().default(false),
    /** Lets the exchange's role `admin` through to this landlord. */
    accept_exchange_admin: z.boolean().default(false),
    capacity: z.record(z.string().regex(/^[a-z_]{1,32}$/), z.int().nonnegative()),
    offers: z.array(FileOffer).max(256),
  })
  .superRefine((file, context) => {
    const seen = new Set<string>();
    file.offers.forEach(({ product, prices }, index) => {
      const problem = (message: string, ...path: (string | number)[]) => {
        context.addIssue({ code: 'custom', message, path: ['offers', index, ...path] });
      };
      const name = `${product.type}/${product.id}`;
      if (seen.has(name)) problem(`${name} is offered twice`, 'product');
      seen.add(name);
      if (KIND_OF_PRODUCT[product.type] !== file.kind)
        problem(`a ${file.kind} landlord cannot offer this`, 'product', 'type');
      const relations = new Set<string>();
      prices.forEach((price, place) => {
        const meter = METER_OF_PRODUCT[product.type];
        if (price.meter !== meter) problem(`a ${product.type} is metered in ${meter}`, 'prices', place, 'meter');
        if (price.amount.startsWith('-')) problem('a price is not negative', 'prices', place, 'amount');
        if (relations.has(price.relation)) problem('one price per relation', 'prices', place, 'relation');
        relations.add(price.relation);
      });
    });
  });
export type LandlordFileContent = z.infer<typeof LandlordFileSchema>;

/** The file cannot be used. One line per problem, each naming its place. */
export class LandlordFileError extends Error {
  override name = 'LandlordFileError';
  constructor(readonly problems: readonly string[]) {
    super(`The landlord's configuration cannot be used: ${problems.join('; ')}`);
  }
}

/** Reads the text of the file for a landlord of this kind. Throws {@link LandlordFileError}. */
export function parseLandlordFile(
  text: string,
  expected: { kind: LandlordFileContent['kind']; capacityUnits: readonly string[] },
): LandlordFileContent {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new LandlordFileError([`it is not JSON (${error instanceof Error ? error.message : 'unknown error'})`]);
  }
  const result = LandlordFileSchema.safeParse(json);
  if (!result.success) {
    throw new LandlordFileError(
      result.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`),
    );
  }
  const problems: string[] = [];
  const file = result.data;
  if (file.kind !== expected.kind) problems.push(`kind: this service is a ${expected.kind} landlord`);
  for (const unit of expected.capacityUnits) {
    if (file.capacity[unit] === undefined) problems.push(`capacity.${unit}: missing`);
  }
  for (const unit of Object.keys(file.capacity)) {
    if (!expected.capacityUnits.includes(unit))
      problems.push(`capacity.${unit}: no unit of a ${expected.kind} landlord`);
  }
  if (problems.length > 0) throw new LandlordFileError(problems);
  return file;
}
