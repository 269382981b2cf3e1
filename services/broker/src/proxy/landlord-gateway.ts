import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { LandlordAccess } from '@ocx/openstack-api/exchange/tokens';
import { AddressRefused } from '@ocx/openstack-client/address-policy';
import { type HeaderValue, PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import type { LandlordSession } from '@ocx/openstack-client/landlord-session';
import { BackendUnavailable, BadGateway } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { LandlordConnections } from '../landlords/landlord-connections.js';
import type { Landlord } from '../landlords/landlord.js';
import { landlordFault } from './landlord-fault.js';

export interface LandlordCall<T extends z.ZodType = z.ZodType> {
  readonly method: string;
  readonly path: string;
  /** `compute 2.79`: the version that the tenant negotiated with the broker. */
  readonly microversion?: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** What the body of a success must be; without one the body is not read. */
  readonly schema?: T;
  readonly deadlineMs?: number;
  readonly maxBytes?: number;
}

export interface LandlordAnswer<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly body: T;
}

export type Access = Omit<LandlordAccess, 'type'>;
export const READ: Access = { actions: ['read'] };
export const WRITE: Access = { actions: ['read', 'write'] };

/**
 * The broker's one door to a landlord's APIs. Throws `BackendUnavailable` when the landlord is silent, `BadGateway`
 * when it answers with what no honest landlord sends, and its refusals as domain errors.
 */
@Injectable()
export class LandlordGateway {
  constructor(private readonly connections: LandlordConnections) {}

  async call<T extends z.ZodType>(
    caller: Principal,
    landlord: Landlord,
    access: Access,
    call: LandlordCall<T>,
  ): Promise<LandlordAnswer<z.output<T>>> {
    return this.guard(landlord, async () =>
      this.send(await this.connections.forTenant(caller, landlord, access), landlord, call),
    );
  }

  /** The same over a session that was got in another way, such as by a lease grant. */
  async send<T extends z.ZodType>(
    session: LandlordSession,
    landlord: Landlord,
    call: LandlordCall<T>,
  ): Promise<LandlordAnswer<z.output<T>>> {
    return this.guard(landlord, async () => {
      const answer = await session.request(call.method, call.path, {
        headers: {
          accept: 'application/json',
          ...(call.microversion === undefined ? {} : { 'openstack-api-version': call.microversion }),
          ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        ...(call.deadlineMs === undefined ? {} : { deadlineMs: call.deadlineMs }),
        ...(call.maxBytes === undefined ? {} : { maxBytes: call.maxBytes }),
      });
      if (answer.status < 200 || answer.status >= 300) throw landlordFault(landlord.name, answer.status, answer.body);
      return { status: answer.status, headers: answer.headers, body: this.checked(landlord, call, answer) };
    });
  }

  /** Runs `work` and turns what the transport throws into the domain's words. */
  async guard<T>(landlord: Landlord, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PeerUnreachable) {
        throw new BackendUnavailable(`Landlord ${landlord.name} does not answer.`, {
          reason: 'landlord_unreachable',
          cause: error,
        });
      }
      if (error instanceof PeerMisbehaved || error instanceof AddressRefused) {
        throw new BadGateway(`Landlord ${landlord.name} answered with what cannot be passed on.`, { cause: error });
      }
      throw error;
    }
  }

  /** Notes what was dropped of a landlord's answer. */
  dropped(landlord: Landlord, what: string): void {
    this.connections.breaker.count(landlord.id, what);
  }

  private checked<T extends z.ZodType>(
    landlord: Landlord,
    call: LandlordCall<T>,
    answer: { json(): unknown },
  ): z.output<T> {
    if (!call.schema) return undefined as z.output<T>;
    const result = call.schema.safeParse(answer.json());
    if (result.success) return result.data;
    this.dropped(landlord, 'malformed_body');
    const place = result.error.issues[0]?.path.join('.') ?? '';
    throw new BadGateway(`Landlord ${landlord.name} answered with a malformed body (at ${place}).`);
  }
}
