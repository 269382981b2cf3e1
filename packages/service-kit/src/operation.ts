import { SetMetadata } from '@nestjs/common';
import { z } from 'zod';

const OPERATION = 'ocx:operation';

/** JSON of this schema, or a schema for each media type. */
export type Content = z.ZodType | Readonly<Record<string, z.ZodType>>;

/** Bytes as they are: what a media type other than JSON has for a schema. */
export const BYTES = z.unknown().describe('bytes');

/** What comes with one status: nothing when there is no body. */
export interface Answer {
  readonly body?: Content;
  /** Response headers by name, as strings. */
  readonly headers?: z.ZodObject;
}

export type Answers = Readonly<Record<number, z.ZodType | Answer>>;

/** What a route takes and answers, in the schemas that its handler checks and its views have. */
export interface OperationDescription<A extends Answers = Answers> {
  readonly query?: z.ZodObject;
  /** Request headers by name, besides the token and the microversion, which every route of its API has. */
  readonly headers?: z.ZodObject;
  readonly body?: Content;
  /** Whether a request may come without the body. */
  readonly bodyOptional?: boolean;
  readonly answers: A;
  /**
   * Refusals besides those that follow from the route itself: 400 for what it parses, 401 and 403 for its token, 404 for
   * what its path names, 413 for a body. All of them in the error form of its API.
   */
  readonly errors?: readonly number[];
}

/** The operations of a wildcard route, each by what stands in the wildcard's place: `{account}/{container}`. */
export type OperationsBelow = Readonly<Record<string, OperationDescription>>;

/** `T` as a handler may return it: JSON does not know of read-only. */
type Sent<T> = T extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Sent<T[Key]> }
    : T;

type BodyOf<A> = A extends z.ZodType
  ? z.output<A>
  : A extends { body: infer B extends z.ZodType }
    ? z.output<B>
    : A extends { body: Readonly<Record<string, infer B extends z.ZodType>> }
      ? z.output<B>
      : never;

/** What a handler of these answers returns; nothing when it writes the reply itself. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- such a handler is declared to return void
type Returned<A extends Answers> = Sent<BodyOf<A[keyof A]>> | undefined | void;

type Handler<A extends Answers> = (...parameters: never[]) => Returned<A> | Promise<Returned<A>>;

/**
 * Names the schemas of a route, for the service's OpenAPI document. That the handler returns one of the answers is
 * checked when it is compiled. Nothing is made of them at run time: this is a note on the handler.
 */
export function Operation<A extends Answers>(description: OperationDescription<A>) {
  return <H extends Handler<A>>(target: object, key: string, handler: TypedPropertyDescriptor<H>): void => {
    SetMetadata(OPERATION, description)(target, key, handler);
  };
}

/** The same for a wildcard route that serves several operations. */
export const OperationsBelow = (operations: OperationsBelow) => SetMetadata(OPERATION_BELOW, operations);

const OPERATION_BELOW = 'ocx:operations-below';

/** What the decorators have noted on a handler. */
export function operationOf(handler: object): OperationDescription | undefined {
  return Reflect.getMetadata(OPERATION, handler) as OperationDescription | undefined;
}

export function operationsBelow(handler: object): OperationsBelow | undefined {
  return Reflect.getMetadata(OPERATION_BELOW, handler) as OperationsBelow | undefined;
}
