import type { Profile } from '@node-saml/node-saml';
import type { RemoteAttributes } from '../mappings/mapping-engine.js';

/** What an Apache with mod_shib calls the entity id of the provider that asserted. */
export const ISSUER_ATTRIBUTE = 'Shib-Identity-Provider';

const strings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');

/**
 * The assertion as mapping rules see it: each SAML attribute under its Name, the subject as `REMOTE_USER` and `NameID`,
 * the provider as {@link ISSUER_ATTRIBUTE}. What the provider says never outranks those three.
 */
export function attributesOf(profile: Profile, entityId: string): RemoteAttributes {
  const said = Object.entries((profile['attributes'] ?? {}) as Record<string, unknown>);
  return {
    ...Object.fromEntries(said.map(([name, value]) => [name, strings(value)])),
    REMOTE_USER: strings(profile.nameID),
    NameID: strings(profile.nameID),
    [ISSUER_ATTRIBUTE]: [entityId],
  };
}
