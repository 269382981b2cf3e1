import { parseArgs } from 'node:util';

export interface StartCommand {
  readonly help: boolean;
  readonly tour: boolean;
  /** Only the tour, against an exchange that runs elsewhere. */
  readonly tourOnly?: {
    readonly identityUrl: string;
    readonly brokerUrl: string;
    readonly username: string;
    readonly password: string;
    readonly authority?: string;
  };
  readonly directory?: string;
}

export const HELP = `npm start -- [options]

  Starts one cloud made of four landlords on this machine, carries out the main job once, and keeps running.

  --no-tour            do not carry out the tour
  --tour-only          carry out the tour against an exchange that runs already:
      --os-auth-url URL      identity, ending in /v3     (OS_AUTH_URL)
      --exchange-url URL     the broker                  (OCX_EXCHANGE_URL)
      --username NAME        account at the university   (OCX_TOUR_USERNAME)
                             its password is read from    OCX_TOUR_PASSWORD
      --os-cacert FILE       private authority           (OS_CACERT)
  --directory DIR      where everything is kept, by default .ocx
  --help               this text

  npm run clean        removes every trace of it; -- --directory DIR of one that was kept elsewhere

  Ports: OCX_PORT_OFFSET=1000 moves all, OCX_PORT_IDENTITY=5001 (BROKER, OBJECTS, HARVARD, MIT, BLUESTONE, GRANITE,
  UNIVERSITY, POSTGRES, EXPORTS) moves one. Engine: DOCKER_HOST. HTTPS: OCX_TLS_CERT, OCX_TLS_KEY and OCX_TLS_CA.
`;

const OPTIONS = {
  help: { type: 'boolean', default: false },
  'no-tour': { type: 'boolean', default: false },
  'tour-only': { type: 'boolean', default: false },
  'os-auth-url': { type: 'string' },
  'exchange-url': { type: 'string' },
  username: { type: 'string' },
  'os-cacert': { type: 'string' },
  directory: { type: 'string' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws with a message for the user when the options make no sense. The password is never an argument: those are public. */
export function parseCommandLine(args: readonly string[], environment: Environment): StartCommand {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
  const { help, directory } = values;
  if (!values['tour-only'])
    return { help, tour: !values['no-tour'], ...(directory === undefined ? {} : { directory }) };
  if (values['no-tour']) throw new Error('--tour-only and --no-tour exclude each other.');
  const required = (name: string, value: string | undefined): string => {
    if (value === undefined || value === '') throw new Error(`--tour-only needs ${name}; see --help.`);
    return value;
  };
  const authority = values['os-cacert'] ?? environment['OS_CACERT'];
  return {
    help,
    tour: true,
    ...(directory === undefined ? {} : { directory }),
    tourOnly: {
      identityUrl: required('--os-auth-url', values['os-auth-url'] ?? environment['OS_AUTH_URL']).replace(/\/+$/, ''),
      brokerUrl: required('--exchange-url', values['exchange-url'] ?? environment['OCX_EXCHANGE_URL']).replace(
        /\/+$/,
        '',
      ),
      username: required('--username', values.username ?? environment['OCX_TOUR_USERNAME']),
      password: required('OCX_TOUR_PASSWORD', environment['OCX_TOUR_PASSWORD']),
      ...(authority === undefined ? {} : { authority }),
    },
  };
}
