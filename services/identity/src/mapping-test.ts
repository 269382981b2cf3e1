import { MappingFields, SchemaVersion } from '@ocx/openstack-api/identity/mappings';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readAssertion } from './federation/mappings/assertion-input.js';
import { invalidRules, mapIdentity } from './federation/mappings/mapping-engine.js';

const HELP = `Shows what a mapping would make of somebody, without a service or a login.

  node services/identity/dist/mapping-test.js --rules FILE --input FILE [--schema-version 1.0|2.0]

  --rules   JSON: a list of rules, or a mapping as the API has it ({"rules": [...], "schema_version": "2.0"}),
            with or without the envelope {"mapping": ...}
  --input   what the provider says: lines of "NAME: value;value", or a JSON object of names and (lists of) values
  --schema-version   overrides the mapping's own; 1.0 where neither says

Names are only mapped, not looked up: whether the groups, roles and domains exist shows at a login.
Exit code: 0 mapped, 1 nobody is let in by these rules, 2 a file or an option is wrong.

Example: staff become members of a project of their own name.

  $ cat rules.json
  [{"local": [{"user": {"name": "{0}"}}, {"projects": [{"name": "{0}", "roles": [{"name": "member"}]}]}],
    "remote": [{"type": "uid"}, {"type": "eduPersonAffiliation", "any_one_of": ["staff"]}]}]
  $ cat ada.txt
  uid: ada
  eduPersonAffiliation: staff;member
  $ node services/identity/dist/mapping-test.js --rules rules.json --input ada.txt
`;

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function wanted() {
  try {
    const { values } = parseArgs({
      options: {
        rules: { type: 'string' },
        input: { type: 'string' },
        'schema-version': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    return fail((error as Error).message, 2);
  }
}

/** Reads a file by `read`, or ends with what is wrong with it. */
function readWith<T>(file: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    return fail(`${file}: ${why}`, 2);
  }
}

/** With or without the API's envelope, or the rules alone. */
function fieldsOf(json: unknown): unknown {
  if (Array.isArray(json)) return { rules: json };
  return z.object({ mapping: z.unknown() }).safeParse(json).data?.mapping ?? json;
}

const { rules: rulesFile, input, help, 'schema-version': version } = wanted();
if (help === true) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (rulesFile === undefined || input === undefined) fail('--rules and --input are needed; see --help.', 2);
const mapping = readWith(rulesFile, (text) => {
  const { rules, schema_version: own } = MappingFields.parse(fieldsOf(JSON.parse(text)));
  const read = { rules, schemaVersion: SchemaVersion.parse(version ?? own ?? '1.0') };
  const problem = invalidRules(read);
  if (problem !== undefined) throw new Error(problem);
  return read;
});
const mapped = mapIdentity(mapping, readWith(input, readAssertion));
if (!mapped) fail('No rule matches, or none names a user: nobody is let in.', 1);
const { user, groupIds, groups, projects, rules: matched } = mapped;
const shown = { matched_rules: matched, user, group_ids: groupIds, group_names: groups, projects };
process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
