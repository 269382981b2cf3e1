import { readFileSync } from 'node:fs';

export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly prefixItems?: readonly Schema[];
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> };
}

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

/** The schema with what it refers to in its place. */
function whole(schema: object): Schema {
  const text = JSON.stringify(schema, (_, value: unknown) => {
    const name = (value as { $ref?: string } | null)?.$ref?.split('/').at(-1);
    return name === undefined ? value : whole(document.components.schemas[name] ?? {});
  });
  return JSON.parse(text) as Schema;
}

/** Every route of the document that takes a JSON body, with the schema of the body. */
export const routesWithBody = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).flatMap(([method, { requestBody }]) => {
    const schema = requestBody?.content['application/json']?.schema;
    return schema ? [{ method: method.toUpperCase(), path, schema: whole(schema) }] : [];
  }),
);

const alternatives = (schema: Schema): readonly Schema[] => schema.anyOf ?? schema.oneOf ?? [];

/** A small value of the shape; it need not be one that the service can use. */
export function sample(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [first] = alternatives(schema);
  if (first) return sample(first);
  switch (schema.type) {
    case 'object': {
      const fields = (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {})] as const);
      return Object.fromEntries(fields);
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}));
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return schema.format === 'uri' ? 'http://a.test' : 'a'.repeat(Math.max(schema.minLength ?? 1, 1));
  }
}

export interface Leaf {
  readonly path: string;
  readonly schema: Schema;
  /** The body with this value there, and no more around it than the schema requires. */
  readonly body: (value: unknown) => unknown;
}

/** Every place in a body that holds a text. */
export function texts(schema: Schema, path = '', body: (value: unknown) => unknown = (value) => value): Leaf[] {
  const inner = alternatives(schema);
  if (inner.length > 0) return inner.flatMap((one) => texts(one, path, body));
  if (schema.properties) {
    const around = sample(schema) as object;
    return Object.entries(schema.properties).flatMap(([name, field]) =>
      texts(field, `${path}.${name}`, (value) => body({ ...around, [name]: value })),
    );
  }
  if (schema.items) return texts(schema.items, `${path}[]`, (value) => body([value]));
  return schema.type === 'string' && !schema.enum && schema.const === undefined ? [{ path, schema, body }] : [];
}
