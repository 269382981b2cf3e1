import { novaFaultName } from '@ocx/openstack-api/faults';

/** The error form of one API family. */
export type FaultStyle =
  'keystone' | 'nova' | 'glance' | 'cinder' | 'swift' | 'neutron' | 'placement' | 'oauth' | 'problem';

/** What went wrong, between the domain's words and one API's bytes. */
export interface Fault {
  readonly status: number;
  readonly message: string;
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

export interface RenderedFault {
  readonly contentType: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

export const faultTitle = (status: number): string => TITLES[status] ?? 'Error';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const json = (value: unknown): { contentType: string; body: string } => ({
  contentType: 'application/json',
  body: JSON.stringify(value),
});

/** `{"itemNotFound": {"code": 404, "message": …}}`: Nova's and Cinder's form. A 401 comes from Keystone's middleware. */
function novaFault({ status, message, retryAfterSeconds }: Fault) {
  if (status === 401) return keystoneFault({ status, message });
  const retry = status === 413 || status === 429 ? { retryAfter: String(retryAfterSeconds ?? 0) } : {};
  return json({ [novaFaultName(status)]: { code: status, message, ...retry } });
}

function keystoneFault({ status, message }: Fault) {
  return json({ error: { code: status, message, title: faultTitle(status) } });
}

/** WebOb's form, which Glance answers with: HTML unless the client asks for JSON. */
function glanceFault({ status, message }: Fault, accept: string) {
  if (status === 401) return keystoneFault({ status, message });
  const title = faultTitle(status);
  if (accept.includes('application/json')) {
    return json({ message: `${message}<br /><br />\n\n\n`, code: `${status} ${title}`, title });
  }
  const text = escapeHtml(message);
  return {
    contentType: 'text/html; charset=UTF-8',
    body: `<html>\n <head>\n  <title>${status} ${title}</title>\n </head>\n <body>\n  <h1>${status} ${title}</h1>\n  ${text}<br /><br />\n\n\n </body>\n</html>`,
  };
}

function swiftFault({ status, message }: Fault) {
  return {
    contentType: 'text/html; charset=UTF-8',
    body: `<html><h1>${faultTitle(status)}</h1><p>${escapeHtml(message)}</p></html>`,
  };
}

function neutronFault({ status, message, reason }: Fault) {
  if (status === 401) return keystoneFault({ status, message });
  return json({ NeutronError: { type: reason ?? faultTitle(status).replaceAll(' ', ''), message, detail: '' } });
}

function placementFault({ status, message }: Fault) {
  return json({ errors: [{ status, title: faultTitle(status), detail: message }] });
}

const OAUTH_ERRORS: Record<number, string> = {
  401: 'invalid_client',
  500: 'server_error',
  503: 'temporarily_unavailable',
};

/** RFC 6749 section 5.2, and the codes of section 4.1.2.1 for failures of the server's own. */
function oauthFault({ status, message }: Fault) {
  return json({ error: OAUTH_ERRORS[status] ?? 'invalid_request', error_description: message });
}

/** RFC 9457. */
function problem({ status, message, reason }: Fault) {
  return {
    contentType: 'application/problem+json',
    body: JSON.stringify({
      type: 'about:blank',
      title: faultTitle(status),
      status,
      detail: message,
      ...(reason === undefined ? {} : { reason }),
    }),
  };
}

function renderBody(style: FaultStyle, fault: Fault, accept: string) {
  switch (style) {
    case 'keystone':
      return keystoneFault(fault);
    case 'nova':
    case 'cinder':
      return novaFault(fault);
    case 'glance':
      return glanceFault(fault, accept);
    case 'swift':
      return swiftFault(fault);
    case 'neutron':
      return neutronFault(fault);
    case 'placement':
      return placementFault(fault);
    case 'oauth':
      return oauthFault(fault);
    case 'problem':
      return problem(fault);
  }
}

/** The bytes of a fault in one API's own form. `accept` is the request's Accept header. */
export function renderFault(style: FaultStyle, fault: Fault, accept = ''): RenderedFault {
  const headers: Record<string, string> = {};
  if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds);
  if (fault.status === 401 && style !== 'oauth')
    headers['www-authenticate'] = style === 'problem' ? 'DPoP algs="ES256"' : 'Keystone';
  return { ...renderBody(style, fault, accept), headers };
}
