import { Injectable } from '@nestjs/common';
import { decodeSwiftName } from '@ocx/openstack-api/object-store/path';
import { Conflict, DomainError, NotFound, PayloadTooLarge } from '@ocx/service-kit/errors';
import type { Account } from '../accounts/account.js';
import { ContainersService } from '../containers/containers.service.js';
import { type AccountCall, collectBody, type SwiftCall } from '../http/swift-call.js';
import type { SwiftReply } from '../http/swift-reply.js';
import { negotiateFormat } from '../listings/listing-request.js';
import { headerOf } from '../objects/object-request.js';
import { ObjectsService } from '../objects/objects.service.js';

export const BULK_DELETE_LIMITS = { max_deletes_per_request: 10_000, max_failed_deletes: 1_000 } as const;

/** A name takes at most three characters per byte. */
const MAX_BODY_BYTES = BULK_DELETE_LIMITS.max_deletes_per_request * 4_000;

interface Target {
  readonly container: string;
  /** Absent: the container itself. */
  readonly object?: string;
}

interface Tally {
  deleted: number;
  notFound: number;
  status: string;
  body: string;
  readonly errors: [string, string][];
}

/** Many deletions in one request; the answer is always 200 and says inside how it went. */
@Injectable()
export class BulkDelete {
  constructor(
    private readonly containers: ContainersService,
    private readonly objects: ObjectsService,
  ) {}

  async handle(call: AccountCall, account: Account): Promise<SwiftReply> {
    const body = await collectBody(
      call.openBody(),
      MAX_BODY_BYTES,
      () => new PayloadTooLarge('The list of names is too long.'),
    );
    const lines = body
      .toString('latin1')
      .split('\n')
      .map((line) => line.trim());
    const tally = newTally();
    const names = lines.filter((line) => line !== '');
    if (names.length > BULK_DELETE_LIMITS.max_deletes_per_request) {
      tally.status = '413 Request Entity Too Large';
      tally.body = `Maximum Bulk Deletes: ${String(BULK_DELETE_LIMITS.max_deletes_per_request)} per request`;
      return render(call, tally);
    }
    for (const line of names) {
      const target = targetOf(line);
      if (target) await this.removeOne(account, target, line, tally);
      else tally.errors.push([line, '412 Precondition Failed']);
      if (tally.errors.length >= BULK_DELETE_LIMITS.max_failed_deletes) break;
    }
    return render(call, finished(tally, names.length));
  }

  /** Removes what a manifest names. Several at a time would only queue at the container's lock. */
  async remove(call: SwiftCall, account: Account, targets: readonly Target[]): Promise<SwiftReply> {
    const tally = newTally();
    for (const target of targets) {
      await this.removeOne(account, target, `/${target.container}/${target.object ?? ''}`, tally);
    }
    return render(call, finished(tally, targets.length));
  }

  private async removeOne(account: Account, target: Target, name: string, tally: Tally): Promise<void> {
    try {
      if (target.object === undefined) await this.containers.remove(account, target.container);
      else await this.objects.remove(await this.containers.show(account, target.container), target.object);
      tally.deleted += 1;
    } catch (error) {
      if (error instanceof NotFound) tally.notFound += 1;
      else if (error instanceof Conflict) tally.errors.push([name, '409 Conflict']);
      else if (error instanceof DomainError) tally.errors.push([name, '400 Bad Request']);
      else throw error;
    }
  }
}

const newTally = (): Tally => ({ deleted: 0, notFound: 0, status: '200 OK', body: '', errors: [] });

function finished(tally: Tally, asked: number): Tally {
  if (tally.errors.length > 0) return { ...tally, status: '400 Bad Request' };
  if (asked === 0) return { ...tally, status: '400 Bad Request', body: 'Invalid bulk delete.' };
  return tally;
}

function targetOf(line: string): Target | undefined {
  const path = decodeSwiftName(line);
  const match = path === undefined ? null : /^\/?([^/]+)(?:\/(.*))?$/s.exec(path);
  if (match?.[1] === undefined) return undefined;
  const object = match[2];
  return object === undefined || object === '' ? { container: match[1] } : { container: match[1], object };
}

function render(call: SwiftCall, tally: Tally): SwiftReply {
  const format = negotiateFormat(call.query, headerOf(call.headers, 'accept'));
  if (format === 'json') {
    const body = JSON.stringify({
      'Response Status': tally.status,
      'Response Body': tally.body,
      'Number Deleted': tally.deleted,
      'Number Not Found': tally.notFound,
      Errors: tally.errors,
    });
    return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
  }
  const lines = [
    `Number Deleted: ${String(tally.deleted)}`,
    `Number Not Found: ${String(tally.notFound)}`,
    `Response Body: ${tally.body}`,
    `Response Status: ${tally.status}`,
    'Errors:',
    ...tally.errors.map(([name, status]) => `${name}, ${status}`),
  ];
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: `${lines.join('\n')}\n` };
}
