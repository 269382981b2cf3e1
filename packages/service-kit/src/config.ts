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

/** Reads the configuration from the environment. Empty variables count as unset. Throws {@link ConfigurationError}. */
export function loadConfig<T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv = process.env): z.output<T> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  throw new ConfigurationError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}
