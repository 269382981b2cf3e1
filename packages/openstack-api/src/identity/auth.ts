import { z } from 'zod';

const Text = z.string().min(1).max(255);
const Secret = z.string().max(1024);

export const DomainReference = z.union([z.object({ id: Text }), z.object({ name: Text })]);

const UserReference = z.object({ id: Text.optional(), name: Text.optional(), domain: DomainReference.optional() });
export type UserReference = z.infer<typeof UserReference>;

const ProjectReference = z.object({ id: Text.optional(), name: Text.optional(), domain: DomainReference.optional() });

const Token = z.object({ id: z.string().min(1).max(16_384) });

const Identity = z.object({
  methods: z.array(z.string().max(64)).min(1).max(8),
  password: z.object({ user: UserReference.extend({ password: Secret }) }).optional(),
  totp: z.object({ user: UserReference.extend({ passcode: z.string().min(1).max(64) }) }).optional(),
  token: Token.optional(),
  /** Of somebody whom a home organisation vouched for. */
  mapped: Token.optional(),
  saml2: Token.optional(),
  application_credential: z
    .object({ id: Text.optional(), name: Text.optional(), user: UserReference.optional(), secret: Secret })
    .optional(),
});
export type AuthIdentity = z.infer<typeof Identity>;

const ScopeReference = z.union([
  z.literal('unscoped').transform(() => ({ unscoped: {} })),
  z
    .strictObject({
      project: ProjectReference.optional(),
      domain: DomainReference.optional(),
      system: z.object({ all: z.literal(true) }).optional(),
      unscoped: z.object({}).optional(),
      'OS-TRUST:trust': z.object({ id: Text }).optional(),
    })
    .refine((scope) => Object.keys(scope).length === 1, {
      message: 'Name exactly one scope.',
    }),
]);
export type ScopeReference = z.output<typeof ScopeReference>;

/** The body of `POST /v3/auth/tokens`. */
export const AuthRequest = z.object({ auth: z.object({ identity: Identity, scope: ScopeReference.optional() }) });
