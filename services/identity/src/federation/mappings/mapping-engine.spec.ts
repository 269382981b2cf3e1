import { describe, expect, it } from 'vitest';
import { invalidPattern, mapIdentity, type MappedIdentity, type RemoteAttributes } from './mapping-engine.js';
import { MappingRule } from '@ocx/openstack-api/identity/mappings';

const ada: RemoteAttributes = {
  REMOTE_USER: ['ada'],
  mail: ['ada@university.test'],
  groups: ['staff', 'students', 'lab-1'],
};
const nobody: MappedIdentity = { user: { type: 'ephemeral' }, groupIds: [], groups: [], projects: [] };
const who = { user: { name: '{0}' } };
const user = { type: 'ephemeral' as const, name: 'ada' };

type Case = [title: string, rules: object[], expected: MappedIdentity | undefined];

const cases: Case[] = [
  ['a name', [{ local: [who], remote: [{ type: 'REMOTE_USER' }] }], { ...nobody, user }],
  ['an attribute that is missing', [{ local: [who], remote: [{ type: 'nothing' }] }], undefined],
  [
    'any_one_of, which takes no number',
    [{ local: [who], remote: [{ type: 'groups', any_one_of: ['staff'] }, { type: 'REMOTE_USER' }] }],
    { ...nobody, user },
  ],
  [
    'any_one_of that matches nothing',
    [{ local: [who], remote: [{ type: 'REMOTE_USER' }, { type: 'groups', any_one_of: ['guests'] }] }],
    undefined,
  ],
  [
    'not_any_of',
    [{ local: [who], remote: [{ type: 'REMOTE_USER' }, { type: 'groups', not_any_of: ['staff'] }] }],
    undefined,
  ],
  [
    'regex',
    [
      {
        local: [who],
        remote: [{ type: 'REMOTE_USER' }, { type: 'mail', any_one_of: ['@university\\.test$'], regex: true }],
      },
    ],
    { ...nobody, user },
  ],
  [
    'a whitelist as groups by name and domain',
    [
      {
        local: [who, { groups: '{1}', domain: { id: 'd1' } }],
        remote: [{ type: 'REMOTE_USER' }, { type: 'groups', whitelist: ['staff', 'lab-1'] }],
      },
    ],
    {
      ...nobody,
      user,
      groups: [
        { name: 'staff', domain: { id: 'd1' } },
        { name: 'lab-1', domain: { id: 'd1' } },
      ],
    },
  ],
  [
    'a blacklist with regex as group ids',
    [
      {
        local: [who, { group_ids: '{1}' }],
        remote: [{ type: 'REMOTE_USER' }, { type: 'groups', blacklist: ['^st'], regex: true }],
      },
    ],
    { ...nobody, user, groupIds: ['lab-1'] },
  ],
  [
    'id, name and email; a group by id',
    [
      {
        local: [{ user: { id: '{0}', name: 'u-{0}', email: '{1}' }, group: { id: 'g1' } }],
        remote: [{ type: 'REMOTE_USER' }, { type: 'mail' }],
      },
    ],
    {
      ...nobody,
      user: { type: 'ephemeral', id: 'ada', name: 'u-ada', email: 'ada@university.test' },
      groupIds: ['g1'],
    },
  ],
  [
    'projects with roles, which are never filled in',
    [
      {
        local: [who, { projects: [{ name: 'lab of {0}', roles: [{ name: '{0}' }] }] }],
        remote: [{ type: 'REMOTE_USER' }],
      },
    ],
    { ...nobody, user, projects: [{ name: 'lab of ada', roles: ['{0}'] }] },
  ],
  [
    'several rules: the first user counts, groups add up',
    [
      { local: [who, { group: { id: 'g1' } }], remote: [{ type: 'REMOTE_USER' }] },
      { local: [{ user: { name: 'other' } }, { group: { id: 'g2' } }], remote: [{ type: 'mail' }] },
    ],
    { ...nobody, user, groupIds: ['g1', 'g2'] },
  ],
  ['groups without a user', [{ local: [{ group: { id: 'g1' } }], remote: [{ type: 'mail' }] }], undefined],
  ['a number without a value', [{ local: [{ user: { name: '{3}' } }], remote: [{ type: 'mail' }] }], undefined],
];

describe('mapIdentity', () => {
  it.each(cases)('%s', (_, rules, expected) => {
    expect(
      mapIdentity(
        rules.map((rule) => MappingRule.parse(rule)),
        ada,
      ),
    ).toEqual(expected);
  });
});

describe('invalidPattern', () => {
  it('finds what is no regular expression', () => {
    const rule = (pattern: string) =>
      MappingRule.parse({ local: [who], remote: [{ type: 'mail', any_one_of: [pattern], regex: true }] });
    expect(invalidPattern([rule('^a+$')])).toBeUndefined();
    expect(invalidPattern([rule('(')])).toBe('(');
  });
});
