import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Content {
  readonly content?: Readonly<Record<string, unknown>>;
}
interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
}
interface Response extends Content {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
}
type PathItem = Readonly<Record<string, unknown>>;
interface Document {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components?: { readonly responses?: Readonly<Record<string, Response>> };
}

const pointer = (...names: (string | number)[]): string =>
  names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A committed OpenAPI document, asked what it says about one exchange of request and answer. */
export class OpenApiFile {
  private readonly document: Document;
  private readonly ajv = new Ajv2020({ strict: false });
  private readonly coercing = new Ajv2020({ strict: false, coerceTypes: true });

  constructor(document: object) {
    this.document = document as Document;
    for (const ajv of [this.ajv, this.coercing]) {
      formats.default(ajv);
      ajv.addSchema(this.document, 'document');
    }
  }

  /**
   * @param route as the router has it, `/v1/*`; without it the path alone decides
   * @param path as it was called
   */
  operation({
    method,
    route,
    path,
  }: {
    method: string;
    route?: string;
    path: string;
  }): DocumentedOperation | undefined {
    const template = route === undefined ? this.templateFor(path) : this.templateOf(route, path);
    const item = template === undefined ? undefined : this.document.paths[template];
    if (template === undefined || !item) return undefined;
    const name = method.toLowerCase();
    const additional = item['x-additionalOperations'] as Readonly<Record<string, unknown>> | undefined;
    const found = item[name] ?? additional?.[method];
    const at = name in item ? [name] : ['x-additionalOperations', method];
    return found === undefined
      ? undefined
      : new DocumentedOperation(this, found as Operation, pointer('paths', template, ...at));
  }

  response(given: Response | { readonly $ref: string }): Response & { at?: string } {
    if (!('$ref' in given)) return given;
    const name = given.$ref.split('/').at(-1) ?? '';
    return { ...this.document.components?.responses?.[name], at: pointer('components', 'responses', name) };
  }

  /** What is wrong with a value, by the schema at a place in the document. */
  problems(at: string, value: unknown, coerce = false): string[] {
    const ajv = coerce ? this.coercing : this.ajv;
    const validate: ValidateFunction = ajv.getSchema(`document#${at}`) ?? ajv.compile({ $ref: `document#${at}` });
    if (validate(value)) return [];
    const [error] = validate.errors ?? [];
    return [`${error?.instancePath ?? ''} ${error?.message ?? ''} ${JSON.stringify(error?.params)}`];
  }

  /** Of several that fit, the one with the most that is not a parameter, as a router has it. */
  private templateFor(path: string): string | undefined {
    const parts = path.split('/');
    const parameters = (template: string) => template.split('{').length;
    return Object.keys(this.document.paths)
      .filter((template) => fits(template.split('/'), parts))
      .sort((one, other) => parameters(one) - parameters(other))[0];
  }

  /** Below a wildcard the longest template that the path fills; its last name takes the rest, slashes and all. */
  private templateOf(route: string, path: string): string | undefined {
    const plain = route.replace(/:(\w+)/g, '{$1}');
    if (!plain.endsWith('*')) return plain;
    const prefix = plain.slice(0, -1);
    const rest = path.split('/').slice(prefix.split('/').length - 1);
    return Object.keys(this.document.paths)
      .filter((template) => template.startsWith(prefix))
      .map((template) => ({ template, names: template.slice(prefix.length).split('/') }))
      .filter(({ names }) => isFilled(names, rest))
      .sort((one, other) => other.names.length - one.names.length)[0]?.template;
  }
}

const fits = (template: readonly string[], parts: readonly string[]): boolean =>
  template.length === parts.length &&
  template.every((part, index) => part === parts[index] || (part.startsWith('{') && parts[index] !== ''));

/** The media type's own entry, or the one for any. */
const rangeOf = (content: object, type: string): string | undefined => [type, '*/*'].find((range) => range in content);

function isFilled(names: readonly string[], rest: readonly string[]): boolean {
  if (names.length === 1 && names[0] === '') return rest.join('') === '';
  const last = rest.slice(names.length - 1).join('/');
  const fit = names.every((name, index) => name.startsWith('{') || name === rest[index]);
  return fit && last !== '' && rest.length >= names.length;
}

export class DocumentedOperation {
  constructor(
    private readonly document: OpenApiFile,
    private readonly operation: Operation,
    private readonly at: string,
  ) {}

  get requiredHeaders(): string[] {
    return this.parameters('header').flatMap(({ required, name }) => (required === true ? [name] : []));
  }

  answer(status: number): DocumentedAnswer | undefined {
    const key = String(status) in this.operation.responses ? String(status) : `${String(status).slice(0, 1)}XX`;
    const given = this.operation.responses[key];
    if (!given) return undefined;
    const response = this.document.response(given);
    return new DocumentedAnswer(this.document, response, response.at ?? this.at + pointer('responses', key));
  }

  queryProblems(query: Readonly<Record<string, unknown>>): string[] {
    return (this.operation.parameters ?? []).flatMap((parameter, index) => {
      if (parameter.in !== 'query') return [];
      const value = query[parameter.name];
      if (value === undefined) return parameter.required === true ? [`without ${parameter.name}`] : [];
      const schema = this.at + pointer('parameters', index, 'schema');
      return this.document.problems(schema, value, true).map((problem) => `?${parameter.name}: ${problem}`);
    });
  }

  requestBodyProblems(type: string, body: unknown): string[] {
    const { requestBody } = this.operation;
    if (!requestBody) return [];
    if (body === undefined) return [];
    const range = rangeOf(requestBody.content ?? {}, type);
    if (range === undefined) return [`a body of type ${type}`];
    return this.document.problems(this.at + pointer('requestBody', 'content', range, 'schema'), body);
  }

  private parameters(place: string): Parameter[] {
    return (this.operation.parameters ?? []).filter((parameter) => parameter.in === place);
  }
}

class DocumentedAnswer {
  constructor(
    private readonly document: OpenApiFile,
    private readonly response: Response,
    private readonly at: string,
  ) {}

  get requiredHeaders(): string[] {
    const headers = Object.entries(this.response.headers ?? {});
    return headers.flatMap(([name, { required }]) => (required === true ? [name] : []));
  }

  /** A stream is not read, and may be empty; text and bytes too. */
  bodyProblems(type: string, body: unknown): string[] {
    const { content } = this.response;
    const mayBeEmpty = !content || Object.keys(content).some((one) => !one.endsWith('json'));
    if (body === undefined) return mayBeEmpty ? [] : ['no body'];
    if (!content) return typeof body === 'string' ? ['a body'] : [];
    const range = rangeOf(content, type);
    if (range === undefined) return [`a body of type ${type}`];
    if (typeof body !== 'string') return [];
    const value: unknown = type.endsWith('json') ? JSON.parse(body) : body;
    return this.document.problems(this.at + pointer('content', range, 'schema'), value);
  }
}
