import type { MappingRule } from '@ocx/openstack-api/identity/mappings';
import { z } from 'zod';
import type { Mapping } from './mapping.js';

/** What an identity provider says about somebody: attribute names to values. */
export type RemoteAttributes = Readonly<Record<string, readonly string[]>>;

export type Reference = { readonly id: string } | { readonly name: string };

/** What the rules make of it. Names only: nothing here has been looked up. */
export interface MappedIdentity {
  readonly user: {
    readonly id?: string;
    readonly name?: string;
    readonly email?: string;
    readonly type: 'ephemeral' | 'local';
    readonly domain?: Reference;
  };
  readonly groupIds: readonly string[];
  readonly groups: readonly MappedGroup[];
  readonly projects: readonly MappedProject[];
  /** Which of the rules gave something, by their number from 0. */
  readonly rules: readonly number[];
}

export interface MappedGroup {
  readonly name: string;
  readonly domain: Reference;
}

export interface MappedProject {
  readonly name: string;
  readonly roles: readonly string[];
  readonly domain?: Reference;
}

type Remote = MappingRule['remote'][number];
type Local = MappingRule['local'][number];

// Values come from another party; a longer one is cut off from regular expressions, which an operator wrote.
const MAX_MATCHED_CHARACTERS = 1024;

function matcher(patterns: readonly string[], regex: boolean): (value: string) => boolean {
  if (!regex) return (value) => patterns.includes(value);
  const expressions = patterns.map((pattern) => new RegExp(pattern, 'u'));
  return (value) => value.length <= MAX_MATCHED_CHARACTERS && expressions.some((expression) => expression.test(value));
}

/**
 * Values that the rule's `{0}`, `{1}` … stand for, or undefined when a condition fails. Conditions that only test
 * (`any_one_of`, `not_any_of`) take no number, as in Keystone.
 */
function match(remotes: readonly Remote[], attributes: RemoteAttributes): string[][] | undefined {
  const direct: string[][] = [];
  for (const remote of remotes) {
    const values = attributes[remote.type];
    if (!values || values.length === 0) return undefined;
    const regex = remote.regex ?? false;
    if (remote.any_one_of) {
      if (!values.some(matcher(remote.any_one_of, regex))) return undefined;
    } else if (remote.not_any_of) {
      if (values.some(matcher(remote.not_any_of, regex))) return undefined;
    } else {
      direct.push(filtered(values, remote, regex));
    }
  }
  return direct;
}

function filtered(values: readonly string[], remote: Remote, regex: boolean): string[] {
  const { whitelist, blacklist } = remote;
  if (whitelist) return values.filter(matcher(whitelist, regex));
  if (blacklist) return values.filter((value) => !matcher(blacklist, regex)(value));
  return [...values];
}

/** A template with one value; a `{n}` that has none makes it undefined. */
function fill(template: string, direct: readonly string[][]): string | undefined {
  const missing: string[] = [];
  const text = template.replace(/\{(\d+)\}/g, (_, index: string) => {
    const value = direct[Number(index)]?.join(';');
    if (value === undefined || value === '') missing.push(index);
    return value ?? '';
  });
  return missing.length === 0 ? text : undefined;
}

/** A template that may stand for a list: `{n}` alone gives every value. */
function fillList(template: string, direct: readonly string[][]): string[] {
  const alone = /^\{(\d+)\}$/.exec(template);
  if (alone) return [...(direct[Number(alone[1])] ?? [])];
  const text = fill(template, direct);
  return text === undefined ? [] : text.split(';').filter((part) => part !== '');
}

function fillReference(reference: Reference, direct: readonly string[][]): Reference | undefined {
  if ('id' in reference) {
    const id = fill(reference.id, direct);
    return id === undefined ? undefined : { id };
  }
  const name = fill(reference.name, direct);
  return name === undefined ? undefined : { name };
}

/** `fallback`: the domain beside the user, which counts from schema version 2.0 on. */
function mapUser(
  user: NonNullable<Local['user']>,
  direct: readonly string[][],
  fallback: Reference | undefined,
): MappedIdentity['user'] {
  const text = (template: string | undefined) => (template === undefined ? undefined : fill(template, direct));
  const [id, name, email] = [text(user.id), text(user.name), text(user.email)];
  const domain = user.domain ? fillReference(user.domain, direct) : fallback;
  return {
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    type: user.type ?? 'ephemeral',
    ...(domain === undefined ? {} : { domain }),
  };
}

const JSON_PREFIX = 'JSON:';
const Name = z.string().min(1).max(255);
const NamedGroup = z.strictObject({
  name: Name,
  domain: z.union([z.strictObject({ id: Name }), z.strictObject({ name: Name })]),
});

/** A provider may name a group together with its domain, as `JSON:{"name": …, "domain": …}`; others get the rule's. */
function listedGroup(value: string, domain: Reference | undefined): MappedGroup | undefined {
  if (!value.startsWith(JSON_PREFIX)) return domain && { name: value, domain };
  try {
    return NamedGroup.safeParse(JSON.parse(value.slice(JSON_PREFIX.length))).data;
  } catch {
    return undefined;
  }
}

function mapGroups(local: Local, direct: readonly string[][]): Pick<MappedIdentity, 'groupIds' | 'groups'> {
  const groupIds = local.group_ids === undefined ? [] : fillList(local.group_ids, direct);
  const groups: MappedGroup[] = [];
  if (local.group && 'id' in local.group) {
    const id = fill(local.group.id, direct);
    if (id !== undefined) groupIds.push(id);
  } else if (local.group) {
    const [name, domain] = [fill(local.group.name, direct), fillReference(local.group.domain, direct)];
    if (name !== undefined && domain !== undefined) groups.push({ name, domain });
  }
  if (local.groups !== undefined) {
    const domain = local.domain && fillReference(local.domain, direct);
    const listed = fillList(local.groups, direct).map((value) => listedGroup(value, domain));
    groups.push(...listed.filter((group) => group !== undefined));
  }
  return { groupIds, groups };
}

/** Role names are never filled in: a provider decides who somebody is, not what they may do. */
function mapProjects(local: Local, direct: readonly string[][], fallback: Reference | undefined): MappedProject[] {
  return (local.projects ?? []).flatMap((project) => {
    const name = fill(project.name, direct);
    const domain = project.domain ? fillReference(project.domain, direct) : fallback;
    if (name === undefined || (project.domain && !domain)) return [];
    return [{ name, roles: project.roles.map((role) => role.name), ...(domain ? { domain } : {}) }];
  });
}

/** Somebody whom no rule names is who the provider says they are. */
function named(user: MappedIdentity['user'], attributes: RemoteAttributes): MappedIdentity['user'] | undefined {
  if (user.id !== undefined || user.name !== undefined) return user;
  const name = attributes['REMOTE_USER']?.[0];
  return name === undefined ? undefined : { ...user, name };
}

/**
 * Keystone's mapping rules: every rule whose conditions all hold adds what it gives; the first that names a user
 * decides who it is, and without one it is `REMOTE_USER`. Undefined when no rule matches, or nobody is named.
 */
export function mapIdentity(
  { rules, schemaVersion }: Omit<Mapping, 'id'>,
  attributes: RemoteAttributes,
): MappedIdentity | undefined {
  let user: MappedIdentity['user'] | undefined;
  const matched: number[] = [];
  const groupIds = new Set<string>();
  const groups = new Map<string, MappedGroup>();
  const projects: MappedProject[] = [];
  for (const [number, rule] of rules.entries()) {
    const direct = match(rule.remote, attributes);
    if (!direct) continue;
    matched.push(number);
    for (const local of rule.local) {
      const fallback = schemaVersion === '1.0' ? undefined : local.domain && fillReference(local.domain, direct);
      if (!user && local.user) user = mapUser(local.user, direct, fallback);
      const found = mapGroups(local, direct);
      for (const id of found.groupIds) groupIds.add(id);
      for (const group of found.groups) groups.set(JSON.stringify([group.name, group.domain]), group);
      projects.push(...mapProjects(local, direct, fallback));
    }
  }
  const who = matched.length === 0 ? undefined : named(user ?? { type: 'ephemeral' }, attributes);
  return who && { user: who, groupIds: [...groupIds], groups: [...groups.values()], projects, rules: matched };
}

/** The first pattern of the rules that is no regular expression. */
function invalidPattern(rules: readonly MappingRule[]): string | undefined {
  const patterns = rules
    .flatMap((rule) => rule.remote)
    .filter((remote) => remote.regex === true)
    .flatMap((remote) =>
      [remote.any_one_of, remote.not_any_of, remote.whitelist, remote.blacklist].flatMap((l) => l ?? []),
    );
  return patterns.find((pattern) => {
    try {
      new RegExp(pattern, 'u');
      return false;
    } catch {
      return true;
    }
  });
}

/** What is wrong with a mapping that its schema does not say. */
export function invalidRules({ rules, schemaVersion }: Omit<Mapping, 'id'>): string | undefined {
  const pattern = invalidPattern(rules);
  if (pattern !== undefined) return `Not a regular expression: ${pattern}`;
  const projects = rules.flatMap(({ local }) => local.flatMap((one) => one.projects ?? []));
  const isOld = schemaVersion === '1.0' && projects.some(({ domain }) => domain);
  return isOld ? 'The domain of a project needs schema_version 2.0.' : undefined;
}
