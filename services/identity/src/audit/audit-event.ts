import { randomUUID } from 'node:crypto';

const TAXONOMY = 'http://schemas.dmtf.org/cloud/audit/1.0/event';

export type AuditOutcome = 'success' | 'failure' | 'pending';

/** A resource of CADF: who did it, or to what it was done. */
export interface AuditResource {
  readonly typeURI: string;
  readonly id: string;
  readonly name?: string | undefined;
  readonly domain_id?: string | undefined;
  readonly project_id?: string | undefined;
}

/** Where a request came from. */
export interface AuditOrigin {
  readonly address: string;
  readonly agent?: string | undefined;
  readonly requestId: string;
  /** Without the query. */
  readonly path: string;
}

export interface AuditFacts {
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly initiator: AuditResource;
  readonly target: AuditResource;
  readonly origin: AuditOrigin | undefined;
  /** What was refused, in the words of the domain's errors. */
  readonly reason?: string | undefined;
  /** More about the event: names and ids, never a secret. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The event as it is kept: CADF (DMTF DSP0262) in JSON. */
export function auditEvent(facts: AuditFacts): string {
  const { action, outcome, initiator, target, origin, reason, details } = facts;
  const host = origin && { address: origin.address, ...(origin.agent === undefined ? {} : { agent: origin.agent }) };
  return JSON.stringify({
    typeURI: TAXONOMY,
    eventType: 'activity',
    id: randomUUID(),
    eventTime: new Date().toISOString(),
    action,
    outcome,
    ...(reason === undefined ? {} : { reason: { reasonType: 'ocx:error', reasonCode: reason } }),
    initiator: { ...initiator, ...(host && { host }) },
    target,
    observer: { typeURI: 'service/security', id: 'identity' },
    ...(origin && { requestPath: origin.path, tags: [`correlation_id?value=${origin.requestId}`] }),
    ...(details && { attachments: [{ name: 'details', typeURI: 'application/json', content: details }] }),
  });
}
