import { PAGE_LIMIT } from '@ocx/openstack-api/identity/collection';
import type { OptionValue } from '@ocx/openstack-api/identity/domain-config';
import { Forbidden } from '@ocx/service-kit/errors';

export type ConfigOptions = Readonly<Record<string, OptionValue>>;
/** Options by group, as `[ldap] url` in Keystone's own configuration. */
export type DomainConfig = Readonly<Record<string, ConfigOptions>>;

/**
 * Every group and option that a domain may set, with the value that holds where it does not: Keystone's own. Its
 * `[ldap] password` is not among them: users of directories come in by federation, so nothing here would read the
 * secret, and what is not kept cannot leak.
 */
export const DEFAULT_CONFIG: DomainConfig = {
  identity: { driver: 'sql', list_limit: PAGE_LIMIT },
  ldap: {
    url: 'ldap://localhost',
    user: null,
    suffix: 'cn=example,cn=com',
    query_scope: 'one',
    page_size: 0,
    alias_dereferencing: 'default',
    debug_level: null,
    chase_referrals: null,
    user_tree_dn: null,
    user_filter: null,
    user_objectclass: 'inetOrgPerson',
    user_id_attribute: 'cn',
    user_name_attribute: 'sn',
    user_description_attribute: 'description',
    user_mail_attribute: 'mail',
    user_pass_attribute: 'userPassword',
    user_enabled_attribute: 'enabled',
    user_enabled_invert: false,
    user_enabled_mask: 0,
    user_enabled_default: 'True',
    user_attribute_ignore: ['default_project_id'],
    user_default_project_id_attribute: null,
    user_enabled_emulation: false,
    user_enabled_emulation_dn: null,
    user_enabled_emulation_use_group_config: false,
    user_additional_attribute_mapping: [],
    group_tree_dn: null,
    group_filter: null,
    group_objectclass: 'groupOfNames',
    group_id_attribute: 'cn',
    group_name_attribute: 'ou',
    group_member_attribute: 'member',
    group_members_are_ids: false,
    group_desc_attribute: 'description',
    group_attribute_ignore: [],
    group_additional_attribute_mapping: [],
    tls_cacertfile: null,
    tls_cacertdir: null,
    use_tls: false,
    tls_req_cert: 'demand',
    use_pool: true,
    pool_size: 10,
    pool_retry_max: 3,
    pool_retry_delay: 0.1,
    pool_connection_timeout: -1,
    pool_connection_lifetime: 600,
    use_auth_pool: true,
    auth_pool_size: 100,
    auth_pool_connection_lifetime: 60,
  },
};

const invalid = (reason: string): Forbidden => new Forbidden(`Invalid domain specific configuration: ${reason}.`);

/** Throws {@link Forbidden} for a group, or an option of it, that no domain may set. */
export function checkSupported(group: string, option?: string): void {
  const options = Object.hasOwn(DEFAULT_CONFIG, group) ? DEFAULT_CONFIG[group] : undefined;
  if (!options) throw invalid(`Group ${group} is not supported for domain specific configurations`);
  if (option === undefined || Object.hasOwn(options, option)) return;
  throw invalid(`Option ${option} in group ${group} is not supported for domain specific configurations`);
}

/** Throws {@link Forbidden} unless all of it may be set, and there is something. */
export function checkConfig(config: DomainConfig): void {
  if (Object.keys(config).length === 0) throw invalid('No options specified');
  for (const [group, options] of Object.entries(config)) {
    checkSupported(group);
    if (Object.keys(options).length === 0) throw invalid(`No options specified for group ${group}`);
    for (const option of Object.keys(options)) checkSupported(group, option);
  }
}

/** Throws {@link Forbidden} unless the body is about what the path names, and nothing else. */
export function checkOnly(named: string, given: Readonly<Record<string, unknown>>, kind: 'group' | 'option'): void {
  if (Object.hasOwn(given, named) && Object.keys(given).length === 1) return;
  throw invalid(`The ${kind} in the body must be ${named}, as in the URL, and no other`);
}
