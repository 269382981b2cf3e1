import { Validator } from '@seriousme/openapi-schema-validator';

interface Media {
  readonly schema?: object;
}
interface Operation {
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Record<string, Media> }>>;
}

/** Everything by which a service's document falls short: of OpenAPI 3.1, or of what callers need to be told. */
export async function shortcomings(document: object): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
  const { paths } = document as { paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  return [
    ...(valid ? [] : [`not OpenAPI: ${JSON.stringify(errors)}`]),
    ...Object.entries(paths).flatMap(([path, item]) =>
      Object.entries({ ...item, ...(item['x-additionalOperations'] as object | undefined) })
        .filter(([method]) => !method.startsWith('x-'))
        .flatMap(([method, operation]) =>
          lacks(operation as Operation, method === 'head').map((lack) => `${method} ${path}: ${lack}`),
        ),
    ),
  ];
}

function lacks({ security, responses }: Operation, bare: boolean): string[] {
  const statuses = Object.keys(responses);
  const wanted = ['5XX', ...(security.length > 0 ? ['401', '403'] : [])];
  const untold = Object.entries(responses).filter(
    ([status, { $ref, content }]) => !bare && isError(status) && $ref === undefined && !content,
  );
  return [
    ...(statuses.some((status) => !isError(status)) ? [] : ['no answer']),
    ...wanted.filter((status) => !statuses.includes(status)).map((status) => `no ${status}`),
    ...untold.map(([status]) => `${status} has no form`),
    ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content)
        .filter(([type, { schema = {} }]) => type.endsWith('json') && saysNothing(schema))
        .map(([type]) => `${status} says nothing of its ${type}`),
    ),
  ];
}

const isError = (status: string): boolean => status >= '4';
const saysNothing = (schema: object): boolean =>
  Object.keys(schema).filter((key) => key !== 'description').length === 0;
