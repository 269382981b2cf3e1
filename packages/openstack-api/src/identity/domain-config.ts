import { z } from 'zod';

const Text = z.string().max(4096);
/** What an option of a domain's configuration may be. */
const OptionValue = z.union([Text, z.number(), z.boolean(), z.null(), z.array(Text).max(100)]);
export type OptionValue = z.infer<typeof OptionValue>;
const Options = z.record(z.string().max(255), OptionValue);
const Config = z.record(z.string().max(255), Options);

export const SetDomainConfig = z.object({ config: Config });
/** The body of a change to one option: `{"config": {"driver": "ldap"}}`. */
export const SetDomainConfigOption = z.object({ config: Options });

export const DomainConfigAnswer = z.strictObject({ config: Config });
export const DomainConfigOptionAnswer = z.strictObject({ config: Options });
