import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { SecurityCompliance } from '../settings/security-compliance.js';
import { UserLoginsRepository } from './user-logins.repository.js';

/** Disables accounts that nobody uses any more, where the operator wants that. */
@Injectable()
export class AbsentUsers {
  constructor(
    private readonly logins: UserLoginsRepository,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
    private readonly compliance: SecurityCompliance,
  ) {}

  /** With all their tokens. Returns how many, at most `limit`. */
  async disable(limit: number): Promise<number> {
    const { daysInactive } = this.compliance;
    if (daysInactive === undefined) return 0;
    return this.transactions.run(async (tx) => {
      const ids = await this.logins.disableAbsent(tx, daysInactive, limit);
      await this.revocations.revoke(tx, ...ids.map((userId) => ({ userId })));
      return ids.length;
    });
  }
}
