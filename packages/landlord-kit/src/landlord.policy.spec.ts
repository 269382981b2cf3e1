import { describe, expect, it } from 'vitest';
import { LandlordAction } from '@ocx/openstack-api/exchange/tokens';
import type { Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { tenantPrincipal, userPrincipal } from '@ocx/testing/principals';
import { landlordAction, projectAction } from './landlord.policy.js';

const request = {} as ServiceRequest;
const withActions = (actions: LandlordAction[], changes: Partial<Principal> = {}) =>
  tenantPrincipal({ actions }, changes);
const home = (roles: string[]) => userPrincipal({ roles });

describe('landlordAction', () => {
  it('opens to any of its actions, from the exchange only', () => {
    const rule = landlordAction('end', 'write');
    const open = LandlordAction.options.filter((action) => rule.check(withActions([action]), request));
    expect(open).toEqual(['write', 'end']);
    expect(rule.check({ ...withActions(['end']), access: undefined }, request)).toBe(false);
    expect(rule.check(home(['admin']), request)).toBe(false);
    expect(rule.check(withActions(['end'], { realm: 'own' }), request)).toBe(false);
  });
});

describe('projectAction', () => {
  it('takes the token’s action in a project, whatever the roles', () => {
    const rule = projectAction('write');
    expect(rule.check(withActions(['write']), request)).toBe(true);
    expect(rule.check(withActions(['write'], { projectId: undefined }), request)).toBe(false);
    expect(rule.check(withActions(['read'], { roles: ['admin'] }), request)).toBe(false);
  });

  it('takes the roles of the landlord’s own users', () => {
    expect(projectAction('read').check(home(['reader']), request)).toBe(true);
    expect(projectAction('write').check(home(['reader']), request)).toBe(false);
    expect(projectAction('create').check(home(['member']), request)).toBe(true);
    expect(projectAction('read').check(home(['swiftoperator']), request)).toBe(false);
    expect(projectAction('read').check({ ...home(['admin']), projectId: undefined }, request)).toBe(false);
  });
});
