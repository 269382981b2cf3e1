import type { Profile } from '@node-saml/node-saml';
import type { RemoteAttributes } from '../mappings/mapping-engine.js';
import type { SamlSubject } from './saml.js';

/** What an Apache with mod_shib calls the entity id of the provider that asserted. */
export const ISSUER_ATTRIBUTE = 'Shib-Identity-Provider';

/** The provider's own session, and what else it said of the subject's name; named as mod_shib would, where it has a name. */
const SESSION_ATTRIBUTE = 'Shib-Session-Index';
const FORMAT_ATTRIBUTE = 'NameID-Format';
const QUALIFIER_ATTRIBUTE = 'NameID-NameQualifier';
const SP_QUALIFIER_ATTRIBUTE = 'NameID-SPNameQualifier';

const strings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');

/**
 * The assertion as mapping rules see it: each SAML attribute under its Name, the subject as `REMOTE_USER` and `NameID`,
 * the provider as {@link ISSUER_ATTRIBUTE}. What the provider says never outranks those, nor what it is
 * said of the session.
 */
export function attributesOf(profile: Profile, entityId: string): RemoteAttributes {
  const said = Object.entries((profile['attributes'] ?? {}) as Record<string, unknown>);
  return {
    ...Object.fromEntries(said.map(([name, value]) => [name, strings(value)])),
    REMOTE_USER: strings(profile.nameID),
    NameID: strings(profile.nameID),
    [ISSUER_ATTRIBUTE]: [entityId],
    [SESSION_ATTRIBUTE]: strings(profile.sessionIndex),
    [FORMAT_ATTRIBUTE]: strings(profile.nameIDFormat),
    [QUALIFIER_ATTRIBUTE]: strings(profile.nameQualifier),
    [SP_QUALIFIER_ATTRIBUTE]: strings(profile.spNameQualifier),
  };
}

/** The subject as the provider must be told of it again; undefined when it named nobody. */
export function subjectOf(attributes: RemoteAttributes): { nameId: string; subject: SamlSubject } | undefined {
  const one = (name: string): string => attributes[name]?.[0] ?? '';
  const nameId = one('NameID');
  if (nameId === '') return undefined;
  const subject = {
    format: one(FORMAT_ATTRIBUTE),
    nameQualifier: one(QUALIFIER_ATTRIBUTE),
    spNameQualifier: one(SP_QUALIFIER_ATTRIBUTE),
    sessionIndex: one(SESSION_ATTRIBUTE),
  };
  return { nameId, subject };
}
