import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Port = z.coerce.number().int().min(0).max(65_535);

/** Settings every service has. Each is an environment variable of the same name. */
export const BaseConfig = z.object({
  OCX_LISTEN_HOST: z.string().default('127.0.0.1'),
  OCX_PORT: Port,
  /** The URL under which others reach this service, without a trailing slash. */
  OCX_PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** Keys and data of this service; made with mode 0700. */
  OCX_DATA_DIR: z.string().startsWith('/'),
  DATABASE_URL: z.string().startsWith('postgres'),
  OCX_TLS_CERT: z.string().optional(),
  OCX_TLS_KEY: z.string().optional(),
  /** PEM file of additional certificate authorities for calls to other parties. */
  OCX_CA_FILE: z.string().optional(),
  OCX_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
export type BaseConfig = z.infer<typeof BaseConfig>;

/** The configuration is not usable; `problems` has one line for each bad variable, without its value. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

const FILE_SUFFIX = '_FILE';

/** The names of the settings that a schema knows. */
function settingsOf(schema: z.ZodType): ReadonlySet<string> {
  return new Set(schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);
}

/**
 * `NAME_FILE=/run/secrets/name` stands for the content of that file, without its last line's end: a secret in a
 * container's environment is readable by whoever may inspect the container.
 */
function fromFiles(known: ReadonlySet<string>, env: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {};
  const problems: string[] = [];
  for (const [variable, file] of Object.entries(env)) {
    const name = variable.slice(0, -FILE_SUFFIX.length);
    if (!variable.endsWith(FILE_SUFFIX) || !known.has(name) || known.has(variable) || name in env) continue;
    try {
      const text = readFileSync(file, 'utf8').trim();
      if (text !== '') found[name] = text;
    } catch (error) {
      problems.push(`${variable}: ${(error as NodeJS.ErrnoException).code ?? 'not readable'}`);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return found;
}

/**
 * Reads the configuration from the environment. Empty variables count as unset; a variable may be given as a file,
 * named by the same variable with `_FILE`. Throws {@link ConfigurationError}.
 */
export function loadConfig<T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv = process.env): z.output<T> {
  const present = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
  const result = schema.safeParse({ ...fromFiles(settingsOf(schema), present), ...present });
  if (result.success) return result.data;
  throw new ConfigurationError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}
