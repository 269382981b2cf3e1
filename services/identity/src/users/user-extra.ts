/** What a user has of its own, or what is never kept as it comes. */
const OWN = new Set([
  ...['id', 'name', 'domain_id', 'enabled', 'email', 'description', 'default_project_id', 'options', 'links'],
  ...['password', 'original_password', 'password_expires_at', 'federated'],
]);

/** What a body says of a user beyond Keystone's own fields: it is kept, and shown beside them. */
export const extraOf = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !OWN.has(name)));
