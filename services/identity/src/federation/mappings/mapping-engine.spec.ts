import { describe, expect, it } from 'vitest';
import { invalidRules, mapIdentity, type MappedIdentity, type RemoteAttributes } from './mapping-engine.js';
import { MappingRule, type SchemaVersion } from '@ocx/openstack-api/identity/mappings';

const ada: RemoteAttributes = {
  REMOTE_USER: ['ada'],
  mail: ['ada@university.test'],
  groups: ['staff', 'students', 'lab-1'],
  entitlements: ['JSON:{"name":"g","domain":{"name":"d"}}', 'JSON:{"name":"g"}', 'JSON:', 'bare'],
  essay: ['a'.repeat(1025)],
};
const nobody: MappedIdentity = { user: { type: 'ephemeral' }, groupIds: [], groups: [], projects: [], rules: [0] };
const who = { user: { name: '{0}' } };
const user = { type: 'ephemeral' as const, name: 'ada' };

type Case = [title: string, rules: object[], expected: MappedIdentity | undefined, schemaVersion?: SchemaVersion];

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
    { ...nobody, user, groupIds: ['g1', 'g2'], rules: [0, 1] },
  ],
  [
    'groups without a user: it is REMOTE_USER',
    [{ local: [{ group: { id: 'g1' } }], remote: [{ type: 'mail' }] }],
    { ...nobody, user, groupIds: ['g1'] },
  ],
  [
    'a number without a value: it is REMOTE_USER',
    [{ local: [{ user: { name: '{3}' } }], remote: [{ type: 'mail' }] }],
    { ...nobody, user },
  ],
  [
    'rules of which only some match',
    [
      { local: [{ user: { name: 'never' } }], remote: [{ type: 'nothing' }] },
      { local: [who], remote: [{ type: 'REMOTE_USER' }] },
    ],
    { ...nobody, user, rules: [1] },
  ],
  [
    'a blacklist and a whitelist, each with its own number',
    [
      {
        local: [who, { groups: '{1}', domain: { name: 'd' } }, { group_ids: '{2}' }],
        remote: [
          { type: 'REMOTE_USER' },
          { type: 'groups', blacklist: ['staff', 'students'] },
          { type: 'groups', whitelist: ['^l.b-\\d$'], regex: true },
        ],
      },
    ],
    { ...nobody, user, groupIds: ['lab-1'], groups: [{ name: 'lab-1', domain: { name: 'd' } }] },
  ],
  [
    'a whitelist that leaves nothing, which still lets its rule match',
    [{ local: [who, { group_ids: '{1}' }], remote: [{ type: 'REMOTE_USER' }, { type: 'groups', whitelist: [] }] }],
    { ...nobody, user },
  ],
  [
    'empty lists of conditions: nothing is one of none',
    [
      { local: [{ group: { id: 'g1' } }], remote: [{ type: 'groups', any_one_of: [] }] },
      { local: [{ group: { id: 'g2' } }], remote: [{ type: 'groups', not_any_of: [] }] },
    ],
    { ...nobody, user, groupIds: ['g2'], rules: [1] },
  ],
  [
    'several values in one place',
    [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'groups' }] }],
    { ...nobody, user: { type: 'ephemeral', name: 'staff;students;lab-1' } },
  ],
  [
    'a group by name, in a domain that the provider names',
    [
      {
        local: [who, { group: { name: 'of {0}', domain: { id: '{1}' } } }],
        remote: [{ type: 'REMOTE_USER' }, { type: 'mail' }],
      },
    ],
    { ...nobody, user, groups: [{ name: 'of ada', domain: { id: 'ada@university.test' } }] },
  ],
  [
    'the same group twice',
    [
      { local: [who, { group: { name: 'g', domain: { id: 'd' } } }], remote: [{ type: 'REMOTE_USER' }] },
      { local: [{ group: { name: 'g', domain: { id: 'd' } } }], remote: [{ type: 'REMOTE_USER' }] },
    ],
    { ...nobody, user, groups: [{ name: 'g', domain: { id: 'd' } }], rules: [0, 1] },
  ],
  [
    'groups that the provider names with their domain, and one that is malformed',
    [{ local: [who, { groups: '{1}' }], remote: [{ type: 'REMOTE_USER' }, { type: 'entitlements' }] }],
    { ...nobody, user, groups: [{ name: 'g', domain: { name: 'd' } }] },
  ],
  [
    'a local user',
    [{ local: [{ user: { name: '{0}', type: 'local', domain: { id: 'd' } } }], remote: [{ type: 'REMOTE_USER' }] }],
    { ...nobody, user: { type: 'local', name: 'ada', domain: { id: 'd' } } },
  ],
  [
    'a domain beside the user, which says nothing in schema version 1.0',
    [{ local: [{ ...who, projects: [{ name: 'p', roles: [] }], domain: { id: 'd' } }], remote: [{ type: 'mail' }] }],
    { ...nobody, user: { type: 'ephemeral', name: 'ada@university.test' }, projects: [{ name: 'p', roles: [] }] },
  ],
  [
    'a domain beside the user, which is the default in schema version 2.0',
    [
      {
        local: [
          {
            ...who,
            projects: [
              { name: 'p', roles: [] },
              { name: 'q', roles: [], domain: { name: 'of {0}' } },
            ],
            domain: { id: 'd' },
          },
        ],
        remote: [{ type: 'REMOTE_USER' }],
      },
    ],
    {
      ...nobody,
      user: { ...user, domain: { id: 'd' } },
      projects: [
        { name: 'p', roles: [], domain: { id: 'd' } },
        { name: 'q', roles: [], domain: { name: 'of ada' } },
      ],
    },
    '2.0',
  ],
  [
    'a value too long to be searched',
    [{ local: [who], remote: [{ type: 'REMOTE_USER' }, { type: 'essay', any_one_of: ['a'], regex: true }] }],
    undefined,
  ],
];

describe('mapIdentity', () => {
  it.each(cases)('%s', (_, rules, expected, schemaVersion = '1.0') => {
    const parsed = rules.map((rule) => MappingRule.parse(rule));
    expect(mapIdentity({ rules: parsed, schemaVersion }, ada)).toEqual(expected);
  });

  it('lets nobody in whom nobody names', () => {
    const rules = [MappingRule.parse({ local: [{ group: { id: 'g1' } }], remote: [{ type: 'mail' }] })];
    expect(mapIdentity({ rules, schemaVersion: '1.0' }, { mail: ['somebody'] })).toBeUndefined();
  });
});

describe('a rule', () => {
  const remotes = [
    { type: 'mail', any_one_of: ['a'], not_any_of: ['b'] },
    { type: 'mail', whitelist: ['a'], blacklist: ['b'] },
    { type: 'mail', regex: true },
    { any_one_of: ['a'] },
    { type: 'mail', any_one_of: 'a' },
  ];
  it.each(remotes)('cannot demand %j', (remote) => {
    expect(MappingRule.safeParse({ local: [who], remote: [remote] }).success).toBe(false);
  });
});

describe('invalidRules', () => {
  const rule = (pattern: string) =>
    MappingRule.parse({ local: [who], remote: [{ type: 'mail', any_one_of: [pattern], regex: true }] });

  it('finds what is no regular expression', () => {
    expect(invalidRules({ rules: [rule('^a+$')], schemaVersion: '1.0' })).toBeUndefined();
    expect(invalidRules({ rules: [rule('(')], schemaVersion: '1.0' })).toContain('(');
  });

  it('wants schema version 2.0 for the domain of a project', () => {
    const local = [{ ...who, projects: [{ name: 'p', roles: [], domain: { id: 'd' } }] }];
    const rules = [MappingRule.parse({ local, remote: [{ type: 'mail' }] })];
    expect(invalidRules({ rules, schemaVersion: '1.0' })).toContain('2.0');
    expect(invalidRules({ rules, schemaVersion: '2.0' })).toBeUndefined();
  });
});
