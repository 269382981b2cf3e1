import { z } from 'zod';
import { AccountListing, ContainerListing } from './listings.js';

/**
 * Swift's operations, as its API reference has them: what a URL below `/v1/` takes and answers. The same at a storage
 * landlord and at the broker, which passes them on. Metadata headers are a family each: `X-Object-Meta-{name}`.
 */

const text = (description: string) => z.string().optional().describe(description);
const BYTES = z.unknown().describe('bytes');
const PLAIN = z.string().describe('one name a line');
const XML = z.string().describe('XML');

export const ListingParameters = z.object({
  format: text('`json`, `xml` or `plain`; outranks `Accept`'),
  limit: text('rows, at most 10,000; what is no number is ignored'),
  marker: text('names after this one'),
  end_marker: text('names before this one'),
  prefix: text('names that begin with this'),
  delimiter: text('names are cut after it, and what is cut off is one row'),
  path: text('what lies directly below this path'),
  reverse: text('`true`: the last name first'),
});

const listing = (entries: z.ZodType) => ({
  'text/plain': PLAIN,
  'application/json': entries,
  'application/xml': XML,
});

const AccountHeaders = z.object({
  'X-Account-Container-Count': z.string(),
  'X-Account-Object-Count': z.string(),
  'X-Account-Bytes-Used': z.string(),
  'X-Timestamp': z.string().optional(),
  'X-Account-Meta-{name}': text('metadata'),
});

const ContainerHeaders = z.object({
  'X-Container-Object-Count': z.string(),
  'X-Container-Bytes-Used': z.string(),
  'X-Timestamp': z.string(),
  'X-Storage-Policy': z.string(),
  'X-Container-Meta-{name}': text('metadata'),
});

const ObjectHeaders = z.object({
  Etag: z.string().describe('MD5 of the bytes; of a large object, in quotes, of its segments’'),
  'Last-Modified': z.string(),
  'X-Timestamp': z.string(),
  'Accept-Ranges': z.string(),
  'Content-Length': text('bytes'),
  'X-Object-Meta-{name}': text('metadata'),
  'X-Delete-At': text('seconds since the epoch'),
  'X-Static-Large-Object': text('`True`: put as a manifest'),
  'X-Object-Manifest': text('container and prefix of the segments'),
});

const RangeHeaders = ObjectHeaders.extend({ 'Content-Range': text('of a single range') });
const StoredHeaders = z.object({ Etag: z.string(), 'Last-Modified': z.string() });
const CopiedHeaders = StoredHeaders.extend({
  'X-Copied-From': text('container and object'),
  'X-Copied-From-Account': text('the token’s own'),
  'X-Copied-From-Last-Modified': text('HTTP date'),
});

/** What a large object or a whole list of names is deleted with; the answer is 200 and tells inside how it went. */
const BulkDeleted = z
  .strictObject({
    'Response Status': z.string(),
    'Response Body': z.string(),
    'Number Deleted': z.int(),
    'Number Not Found': z.int(),
    Errors: z.array(z.tuple([z.string(), z.string()])).describe('name and status'),
  })
  .meta({ id: 'BulkDeleted' });
const BULK_DELETED = { body: { 'application/json': BulkDeleted, 'text/plain': z.string() } };

const ManifestQuery = z.object({
  'multipart-manifest': text('`get`: a large object’s manifest'),
  format: text('`raw`'),
});

const DescriptionHeaders = {
  'X-Object-Meta-{name}': text('metadata'),
  'X-Delete-At': text('seconds since the epoch'),
  'X-Delete-After': text('seconds from now; outranks `X-Delete-At`'),
  'Content-Encoding': text('kept and sent back'),
  'Content-Disposition': text('kept and sent back'),
  'X-Object-Manifest': text('container and prefix of the segments'),
};
const Conditions = {
  'If-Match': text('an Etag, or `*`'),
  'If-None-Match': text('an Etag, or `*`'),
  'If-Modified-Since': text('HTTP date'),
  'If-Unmodified-Since': text('HTTP date'),
};
const CopyHeaders = { 'X-Fresh-Metadata': text('`true`: nothing of the source’s') };

const ACCOUNT = '{account}';
const CONTAINER = '{account}/{container}';
const OBJECT = '{account}/{container}/{object}';

const OPERATIONS = {
  get: {
    [ACCOUNT]: {
      query: ListingParameters,
      answers: {
        200: { body: listing(AccountListing), headers: AccountHeaders },
        204: { headers: AccountHeaders },
      },
      errors: [406, 412],
    },
    [CONTAINER]: {
      query: ListingParameters,
      answers: {
        200: { body: listing(ContainerListing), headers: ContainerHeaders },
        204: { headers: ContainerHeaders },
      },
      errors: [406, 412],
    },
    [OBJECT]: {
      query: ManifestQuery,
      headers: z.object({ ...Conditions, Range: text('bytes=first-last, …'), 'If-Range': text('an Etag or date') }),
      answers: {
        200: { body: { '*/*': BYTES }, headers: ObjectHeaders },
        206: { body: { '*/*': BYTES }, headers: RangeHeaders },
        304: { headers: ObjectHeaders },
      },
      errors: [409, 412, 416],
    },
  },
  head: {
    [ACCOUNT]: { answers: { 204: { headers: AccountHeaders } }, errors: [406, 412] },
    [CONTAINER]: { answers: { 204: { headers: ContainerHeaders } }, errors: [406, 412] },
    [OBJECT]: {
      query: ManifestQuery,
      headers: z.object(Conditions),
      answers: { 200: { headers: ObjectHeaders }, 304: { headers: ObjectHeaders } },
      errors: [409, 412],
    },
  },
  put: {
    [CONTAINER]: {
      headers: z.object({
        'X-Container-Meta-{name}': text('metadata'),
        'X-Storage-Policy': text('of a new container'),
      }),
      answers: { 201: {}, 202: {} },
      errors: [409, 412],
    },
    [OBJECT]: {
      query: z.object({ 'multipart-manifest': text('`put`: the body lists segments') }),
      headers: z.object({
        ...DescriptionHeaders,
        ...CopyHeaders,
        ETag: text('MD5 that the body must have'),
        'If-None-Match': text('`*`: only when there is no such object'),
        'X-Copy-From': text('container and object to copy, instead of a body'),
        'X-Detect-Content-Type': text('`true`: by the name'),
      }),
      body: { '*/*': BYTES },
      bodyOptional: true,
      answers: { 201: { headers: StoredHeaders }, 202: { headers: StoredHeaders } },
      errors: [408, 409, 411, 412, 416, 422],
    },
  },
  post: {
    [ACCOUNT]: {
      headers: z.object({ 'X-Account-Meta-{name}': text('metadata'), 'X-Remove-Account-Meta-{name}': text('any') }),
      answers: { 204: {} },
      errors: [412],
    },
    [CONTAINER]: {
      headers: z.object({ 'X-Container-Meta-{name}': text('metadata'), 'X-Remove-Container-Meta-{name}': text('any') }),
      answers: { 204: {} },
      errors: [412],
    },
    [OBJECT]: { headers: z.object(DescriptionHeaders), answers: { 202: {} }, errors: [412] },
  },
  delete: {
    [CONTAINER]: { answers: { 204: {} }, errors: [409, 412] },
    [OBJECT]: {
      query: z.object({ 'multipart-manifest': text('`delete`: its segments too'), format: text('`json` or `plain`') }),
      answers: { 200: BULK_DELETED, 204: {} },
      errors: [406, 412],
    },
  },
  copy: {
    [OBJECT]: {
      query: z.object({ 'multipart-manifest': text('`get`: the manifest, not the bytes') }),
      headers: z.object({
        ...DescriptionHeaders,
        ...CopyHeaders,
        ...Conditions,
        Destination: z.string().describe('container and object'),
        'Destination-Account': text('only the token’s own'),
      }),
      answers: { 201: { headers: CopiedHeaders }, 202: { headers: CopiedHeaders } },
      errors: [409, 412, 413, 416],
    },
  },
};

const BULK_DELETE = {
  query: z.object({
    'bulk-delete': text('the body lists what to delete, one name a line'),
    format: text('`json` or `plain`'),
  }),
  body: { 'text/plain': PLAIN },
  bodyOptional: true,
  errors: [406, 412],
};

/** The operations of an account where many objects can be deleted at once. */
export const BULK_DELETE_OPERATIONS = {
  post: { [ACCOUNT]: { ...OPERATIONS.post[ACCOUNT], ...BULK_DELETE, answers: { 200: BULK_DELETED, 204: {} } } },
  delete: { [ACCOUNT]: { ...BULK_DELETE, answers: { 200: BULK_DELETED }, errors: [405, 406, 412] } },
};

type SwiftMethod = keyof typeof OPERATIONS;
type SwiftOperation = {
  [Method in SwiftMethod]: (typeof OPERATIONS)[Method][keyof (typeof OPERATIONS)[Method]];
}[SwiftMethod];

/**
 * The operations of one method, by what stands below the path they are served at. An object's name may have slashes.
 * @param below `v1/` where that path has no version
 */
export function swiftOperations(method: SwiftMethod, below = ''): Record<string, SwiftOperation> {
  return Object.fromEntries(Object.entries(OPERATIONS[method]).map(([path, operation]) => [below + path, operation]));
}
