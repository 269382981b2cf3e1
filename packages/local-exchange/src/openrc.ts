/** Shell variables for stock OpenStack clients. */
export type Openrc = Readonly<Record<string, string>>;

interface Exchange {
  /** Identity's public URL, ending in /v3: swift and rclone insist on it. */
  readonly authUrl: string;
  readonly region: string;
  /** PEM file of a private certificate authority. */
  readonly authority?: string;
}

/**
 * rclone does not read OS_CACERT: Go's certificate store takes SSL_CERT_FILE. swift reads it and then forgets it when it
 * logs in with an application credential: its HTTP library takes REQUESTS_CA_BUNDLE.
 */
function authorityVariables(file: string): Openrc {
  return { OS_CACERT: file, SSL_CERT_FILE: file, REQUESTS_CA_BUNDLE: file };
}

function base({ authUrl, region, authority }: Exchange): Openrc {
  return {
    OS_AUTH_URL: authUrl,
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: region,
    OS_INTERFACE: 'public',
    ...(authority === undefined ? {} : authorityVariables(authority)),
  };
}

/** With an application credential nothing names a user or a project: some clients refuse a credential with both. */
export function applicationCredentialOpenrc(exchange: Exchange, credential: { id: string; secret: string }): Openrc {
  return {
    ...base(exchange),
    OS_AUTH_TYPE: 'v3applicationcredential',
    OS_APPLICATION_CREDENTIAL_ID: credential.id,
    OS_APPLICATION_CREDENTIAL_SECRET: credential.secret,
  };
}

export function passwordOpenrc(exchange: Exchange, user: { name: string; password: string; project: string }): Openrc {
  return {
    ...base(exchange),
    OS_AUTH_TYPE: 'password',
    OS_USERNAME: user.name,
    OS_PASSWORD: user.password,
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_NAME: user.project,
    OS_PROJECT_DOMAIN_NAME: 'Default',
  };
}

/** Between single quotes a shell takes everything literally but the quote itself. */
export function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** A file to `source`. It first unsets what another cloud's file may have left in the shell. */
export function openrcText(variables: Openrc): string {
  const leftovers = 'for variable in $(env | sed -n "s/^\\(OS_[A-Z0-9_]*\\)=.*/\\1/p"); do unset "$variable"; done';
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuoted(value)}`);
  return `${[leftovers, 'unset variable', ...exports].join('\n')}\n`;
}
