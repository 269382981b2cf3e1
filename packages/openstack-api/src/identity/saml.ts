import { z } from 'zod';

/** SAML 2.0's browser login, as Keystone's paths have it. */

/** `origin`: the dashboard that wants the token. */
export const BeginQuery = z.object({ origin: z.string().optional() });

/** The same where no provider is named: the dashboard must be. */
export const ChoiceQuery = z.object({ origin: z.string() });

/** What a client that speaks SAML 2.0's Enhanced Client or Proxy profile says of itself. */
export const EnhancedClient = z.object({ PAOS: z.string().optional() });

/** The SOAP envelope that such a client carries to and from its home organisation. */
export const EcpEnvelope = { 'application/vnd.paos+xml': z.string().describe('SOAP envelope') };

/** SAML 2.0 bindings, section 3.5: what the home organisation has the browser post. */
export const SamlResponseForm = z.object({ SAMLResponse: z.string(), RelayState: z.string().optional() });

/** `GET /v3/OS-FEDERATION/saml2/login`: good once, and in the browser that began. */
export const LoginQuery = z.object({ code: z.string().regex(/^[\w-]{43}$/) });

export const Redirect = z.object({ Location: z.string() });

/** A page that posts the token to the dashboard which the browser came from, or one that asks where somebody is from. */
export const SsoPage = z.string().describe('HTML');

/** What a dashboard has the browser post when somebody logs out: the token that it was handed, and where to go on. */
export const LogoutForm = z.object({ token: z.string().min(1).max(16_384), origin: z.string().max(2048) });

/** SAML 2.0 bindings, section 3.4: what a home organisation says about a logout, signed. */
export const LogoutMessage = z.object({
  SAMLRequest: z.string().optional(),
  SAMLResponse: z.string().optional(),
  RelayState: z.string().optional(),
  SigAlg: z.string().optional(),
  Signature: z.string().optional(),
});

/** Keystone to Keystone: for which other cloud the holder of a token wants to be vouched for. */
export const AssertionRequest = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.literal('token')).length(1).optional(),
      token: z.object({ id: z.string().min(1).max(16_384) }),
    }),
    scope: z.object({ service_provider: z.object({ id: z.string().min(1).max(64) }) }),
  }),
});

export const SamlAssertionBody = { 'text/xml': z.string().describe('SAML Response, or a SOAP envelope around one') };

/** Where the client takes it, and where its login begins there. */
export const AssertionHeaders = z.object({ 'X-sp-url': z.string(), 'X-auth-url': z.string() });
