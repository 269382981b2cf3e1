/**
 * The recursive query `closure(prior, implied)`: every role with itself and all that it implies, at whatever distance.
 * Only global roles are implied in effect: one of a domain stands for the global roles behind it.
 */
export const CLOSURE = `closure(prior, implied) AS (
  SELECT id, id FROM roles
  UNION SELECT c.prior, i.implied_role_id FROM closure c JOIN implied_roles i ON i.prior_role_id = c.implied)`;

/** Whether a row of role assignments, named so, gives anything that a token can carry. Needs {@link CLOSURE}. */
export const givesGlobalRole = (row: string): string =>
  `EXISTS (SELECT 1 FROM closure c JOIN roles g ON g.id = c.implied
            WHERE c.prior = ${row}.role_id AND g.domain_id IS NULL)`;
