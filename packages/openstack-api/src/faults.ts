import { z } from 'zod';

/** The error bodies of the APIs that are spoken here. */

const NOVA_NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

/** The one key of Nova's and Cinder's fault bodies. */
export const novaFaultName = (status: number): string => NOVA_NAMES[status] ?? 'computeFault';

const NovaFaultBody = z
  .strictObject({ code: z.int(), message: z.string(), retryAfter: z.string().optional() })
  .meta({ id: 'NovaFault' });

/** `{"itemNotFound": {"code": 404, "message": …}}`: Nova's and Cinder's form. */
export const novaFault = (status: number) => z.strictObject({ [novaFaultName(status)]: NovaFaultBody });

/** Keystone's form, which its middleware gives a 401 in front of every other service. */
export const KeystoneFault = z
  .strictObject({ error: z.strictObject({ code: z.int(), message: z.string(), title: z.string() }) })
  .meta({ id: 'KeystoneFault' });

/** WebOb's JSON form, Glance's answer to `Accept: application/json`. */
export const GlanceFault = z
  .strictObject({ message: z.string(), code: z.string(), title: z.string() })
  .meta({ id: 'GlanceFault' });

export const NeutronFault = z
  .strictObject({ NeutronError: z.strictObject({ type: z.string(), message: z.string(), detail: z.string() }) })
  .meta({ id: 'NeutronFault' });

export const PlacementFault = z
  .strictObject({ errors: z.array(z.strictObject({ status: z.int(), title: z.string(), detail: z.string() })) })
  .meta({ id: 'PlacementFault' });

/** RFC 6749 section 5.2: a token endpoint's refusal. */
export const OAuthError = z
  .strictObject({ error: z.string(), error_description: z.string() })
  .meta({ id: 'OAuthError' });

/** RFC 9457, with a reason for machines. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    reason: z.string().optional().describe('for machines: why, in one word'),
  })
  .meta({ id: 'Problem' });

/** A page of WebOb's or Swift's: a title and a sentence. */
export const HtmlFault = z.string().describe('HTML');
