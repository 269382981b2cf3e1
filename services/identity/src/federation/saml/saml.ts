/** How a provider's answer comes: posted by a browser, from a client that speaks ECP, or at the end of a logout. */
export type SamlBinding = 'post' | 'paos' | 'logout';

/** How a provider named the person and its session with them; empty where it did not say. */
export interface SamlSubject {
  readonly format: string;
  readonly nameQualifier: string;
  readonly spNameQualifier: string;
  readonly sessionIndex: string;
}
