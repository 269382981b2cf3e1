import type { MappingRule } from '@ocx/openstack-api/identity/mappings';

/** What an identity provider says about somebody: attribute names to values. */
export type RemoteAttributes = Readonly<Record<string, readonly string[]>>;

type Reference = { readonly id: string } | { readonly name: string };

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
  readonly groups: readonly { readonly name: string; readonly domain: Reference }[];
  readonly projects: readonly { readonly name: string; readonly roles: readonly string[] }[];
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

function mapUser(user: NonNullable<Local['user']>, direct: readonly string[][]): MappedIdentity['user'] {
  const text = (template: string | undefined) => (template === undefined ? undefined : fill(template, direct));
  const [id, name, email] = [text(user.id), text(user.name), text(user.email)];
  const domain = user.domain && fillReference(user.domain, direct);
  return {
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    type: user.type ?? 'ephemeral',
    ...(domain === undefined ? {} : { domain }),
  };
}

function mapGroups(local: Local, direct: readonly string[][]): Pick<MappedIdentity, 'groupIds' | 'groups'> {
  const groupIds = local.group_ids === undefined ? [] : fillList(local.group_ids, direct);
  const groups: { name: string; domain: Reference }[] = [];
  if (local.group && 'id' in local.group) {
    const id = fill(local.group.id, direct);
    if (id !== undefined) groupIds.push(id);
  } else if (local.group) {
    const [name, domain] = [fill(local.group.name, direct), fillReference(local.group.domain, direct)];
    if (name !== undefined && domain !== undefined) groups.push({ name, domain });
  }
  const domain = local.domain && fillReference(local.domain, direct);
  if (local.groups !== undefined && domain !== undefined) {
    groups.push(...fillList(local.groups, direct).map((name) => ({ name, domain })));
  }
  return { groupIds, groups };
}

/** Role names are never filled in: a provider decides who somebody is, not what they may do. */
function mapProjects(local: Local, direct: readonly string[][]): MappedIdentity['projects'] {
  return (local.projects ?? []).flatMap((project) => {
    const name = fill(project.name, direct);
    return name === undefined ? [] : [{ name, roles: project.roles.map((role) => role.name) }];
  });
}

/**
 * Keystone's mapping rules: every rule whose conditions all hold adds what it gives; the first that names a user
 * decides who it is. Undefined when no rule does.
 */
export function mapIdentity(rules: readonly MappingRule[], attributes: RemoteAttributes): MappedIdentity | undefined {
  let user: MappedIdentity['user'] | undefined;
  const groupIds = new Set<string>();
  const groups: MappedIdentity['groups'][number][] = [];
  const projects: MappedIdentity['projects'][number][] = [];
  for (const rule of rules) {
    const direct = match(rule.remote, attributes);
    if (!direct) continue;
    for (const local of rule.local) {
      if (!user && local.user) user = mapUser(local.user, direct);
      const found = mapGroups(local, direct);
      for (const id of found.groupIds) groupIds.add(id);
      groups.push(...found.groups);
      projects.push(...mapProjects(local, direct));
    }
  }
  if (!user || (user.id ?? user.name) === undefined) return undefined;
  return { user, groupIds: [...groupIds], groups, projects };
}

/** The first pattern of the rules that is no regular expression. */
export function invalidPattern(rules: readonly MappingRule[]): string | undefined {
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
