import { FreshReads } from '../database/fresh-reads.js';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { IssuedToken } from '../tokens/tokens.service.js';
import { authReceiptView } from './auth-receipt.view.js';
import { MoreMethodsNeeded } from './auth-receipts.js';
import { TokenDetailsService } from './token-details.service.js';
import { tokenView } from './token.view.js';

/** A login that lacks methods is an answer, not a fault. */
export function moreMethods(error: unknown): MoreMethodsNeeded {
  if (error instanceof MoreMethodsNeeded) return error;
  throw error;
}

/** Keystone's answer to a login: 201 with the token, or 401 with a receipt for what was proved so far. */
@Injectable()
export class TokenReply {
  constructor(
    private readonly details: TokenDetailsService,
    private readonly reads: FreshReads,
  ) {}

  /** Sets status and headers, and returns the body. */
  async of(outcome: IssuedToken | MoreMethodsNeeded, reply: FastifyReply, options: { catalog: boolean }) {
    if (outcome instanceof MoreMethodsNeeded) {
      void reply.status(401).header('Openstack-Auth-Receipt', outcome.receipt.id);
      return authReceiptView(outcome.receipt);
    }
    void reply.status(201).header('X-Subject-Token', outcome.token);
    const details = await this.reads.together(() => this.details.of(outcome.claims, options));
    return { token: tokenView(details) };
  }
}
