import { z } from 'zod';
import { OpenStackId, PositiveMicroCredits } from '../ids.js';
import { collection, pageQuery, SelfLink } from './collection.js';
import { Expiry } from './expiry.js';

const Secret = z.string().min(1).max(1024);

const RoleReference = z.union([
  z.object({ id: z.string().min(1).max(64) }),
  z.object({ name: z.string().min(1).max(255) }),
]);

const AccessRuleBody = z.object({
  service: z.string().min(1).max(64),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().min(1).max(128).startsWith('/'),
});

export const CreateApplicationCredential = z.object({
  application_credential: z.object({
    name: z.string().trim().min(1).max(255),
    description: z.string().max(65_535).nullish(),
    secret: Secret.nullish(),
    expires_at: Expiry.nullish(),
    roles: z.array(RoleReference).max(100).nullish(),
    unrestricted: z.boolean().nullish(),
    access_rules: z.array(AccessRuleBody).max(100).nullish(),
    'OS-OCX:budget': PositiveMicroCredits.nullish().describe('micro-credits it may spend altogether'),
  }),
});
export type NewApplicationCredential = z.output<typeof CreateApplicationCredential>['application_credential'];

export const ApplicationCredentialQuery = pageQuery('name', 'expires_at').extend({ name: z.string().optional() });

const ShownRule = z.strictObject({ id: z.string(), service: z.string(), method: z.string(), path: z.string() });

/** `GET /users/{id}/access_rules`: rules outlive the credentials that brought them. */
export const AccessRule = ShownRule.extend({ links: SelfLink });
export type AccessRule = z.infer<typeof AccessRule>;
export const AccessRuleAnswer = z.strictObject({ access_rule: AccessRule });
export const AccessRuleQuery = pageQuery('service', 'method', 'path');
export const AccessRuleList = collection('access_rules', AccessRule);

export const ApplicationCredential = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    description: z.string().nullable(),
    project_id: OpenStackId,
    user_id: OpenStackId,
    unrestricted: z.boolean(),
    expires_at: z.string().nullable(),
    roles: z.array(z.strictObject({ id: OpenStackId, name: z.string(), domain_id: z.null() })),
    access_rules: z.array(ShownRule).optional(),
    'OS-OCX:budget': PositiveMicroCredits.optional(),
    links: SelfLink,
  })
  .meta({ id: 'ApplicationCredential' });
export type ApplicationCredential = z.infer<typeof ApplicationCredential>;
export const ApplicationCredentialAnswer = z.strictObject({ application_credential: ApplicationCredential });
export const ApplicationCredentialList = collection('application_credentials', ApplicationCredential);
/** The secret is shown this once. */
export const ApplicationCredentialCreated = z.strictObject({
  application_credential: ApplicationCredential.extend({ secret: z.string() }),
});
