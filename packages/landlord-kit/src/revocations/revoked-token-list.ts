import { Injectable } from '@nestjs/common';
import type { RevokedTokens } from '@ocx/openstack-api/exchange/revoked-tokens';

/** The landlord tokens that died before their time, as identity told it last. */
@Injectable()
export class RevokedTokenList {
  private ids: ReadonlySet<string> = new Set();

  has(jti: string): boolean {
    return this.ids.has(jti);
  }

  /** Each list is whole: what has expired meanwhile is in it no more. */
  replace(revoked: RevokedTokens['revoked']): void {
    this.ids = new Set(revoked.map(({ jti }) => jti));
  }
}
