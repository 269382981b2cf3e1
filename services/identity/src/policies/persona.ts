import type { Principal } from '@ocx/service-kit/principal';

/** Keystone's standard roles, each of which implies those before it. */
export const PERSONA_ROLES = ['reader', 'member', 'manager', 'admin'] as const;
export type PersonaRole = (typeof PERSONA_ROLES)[number];
export type PersonaScope = 'system' | 'domain' | 'project';
/** Somebody with one of the standard roles, and where they hold it. */
export type Persona = `${PersonaScope} ${PersonaRole}`;

/** The personas of a scope that hold this role: those of the role, and of each that implies it. */
export const personasFrom = (scope: PersonaScope, role: PersonaRole): Persona[] =>
  PERSONA_ROLES.slice(PERSONA_ROLES.indexOf(role)).map((one): Persona => `${scope} ${one}`);

/** Whether a token is of the system, and holds the role. Tokens name implied roles, too. */
export const holdsOnSystem = (principal: Principal, role: PersonaRole): boolean =>
  principal.exchange !== undefined && principal.systemScope && principal.roles.includes(role);

/** Whether a token is of a domain, and holds the role there. */
export const holdsOnDomain = (principal: Principal, role: PersonaRole): boolean =>
  principal.exchange !== undefined && principal.domainId !== undefined && principal.roles.includes(role);

export const EVERY_PERSONA: readonly Persona[] = (['system', 'domain', 'project'] as const).flatMap((scope) =>
  personasFrom(scope, 'reader'),
);
