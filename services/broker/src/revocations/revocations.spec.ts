import { describe, expect, it } from 'vitest';
import { RevokedTokens, type Revocation } from './revocations.js';

const revocation = (change: Partial<Revocation>): Revocation => ({
  auditId: undefined,
  userId: undefined,
  projectId: undefined,
  issuedBefore: 10_000,
  ...change,
});
const named = { id: 'p', name: 'p', domain: { id: 'd', name: 'd' } };
const claims = { audit_ids: ['a', 'parent'], sub: 'u', project: named, iat: 9 };

describe('revoked tokens', () => {
  it.each([
    ['by their audit id', { auditId: 'a' }],
    ['by that of the token they came from', { auditId: 'parent' }],
    ['by user', { userId: 'u' }],
    ['by project', { projectId: 'p' }],
    ['by user in a project', { userId: 'u', projectId: 'p' }],
  ])('are found %s', (_, change) => {
    const revoked = new RevokedTokens();
    revoked.add(revocation(change));
    expect(revoked.has(claims)).toBe(true);
    expect(revoked.has({ ...claims, iat: 11 })).toBe(false);
  });

  it.each([
    ['another user', { userId: 'v' }],
    ['another project', { projectId: 'q' }],
    ['the user in another project', { userId: 'u', projectId: 'q' }],
  ])('are not found by %s', (_, change) => {
    const revoked = new RevokedTokens();
    revoked.add(revocation(change));
    expect(revoked.has(claims)).toBe(false);
  });

  it('are those issued before the time, not the login that follows at it', () => {
    const revoked = new RevokedTokens();
    revoked.add(revocation({ userId: 'u' }));
    expect(revoked.has({ ...claims, iat: 10 })).toBe(false);
  });

  it('stay revoked when an older entry follows a newer one, until they are forgotten', () => {
    const revoked = new RevokedTokens();
    revoked.add(revocation({ userId: 'u' }));
    revoked.add(revocation({ userId: 'u', issuedBefore: 1 }));
    expect(revoked.has(claims)).toBe(true);
    revoked.forgetBefore(10_001);
    expect(revoked.has(claims)).toBe(false);
  });
});
