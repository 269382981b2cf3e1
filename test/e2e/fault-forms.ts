import { expect } from 'vitest';
import { z } from 'zod';
import type { RawAnswer } from './raw-http.js';

/** The error form of each API: what a client of that API reads. Each gives the message. */
export const FORMS = {
  keystone: ({ text }: RawAnswer, status: number) => {
    const { error } = z
      .object({ error: z.strictObject({ code: z.number(), message: z.string(), title: z.string() }) })
      .parse(JSON.parse(text));
    expect(error.code).toBe(status);
    return error.message;
  },
  /** Nova's and Cinder's: one key that names the fault. */
  nova: ({ text }: RawAnswer, status: number) => {
    const names: Record<number, string> = {
      400: 'badRequest',
      403: 'forbidden',
      404: 'itemNotFound',
      409: 'conflictingRequest',
      413: 'overLimit',
    };
    const fault = z.record(z.string(), z.object({ code: z.number(), message: z.string() })).parse(JSON.parse(text));
    expect(Object.keys(fault)).toEqual([names[status]]);
    const [inner] = Object.values(fault);
    expect(inner?.code).toBe(status);
    return inner?.message ?? '';
  },
  glance: ({ text, headers }: RawAnswer, status: number) => {
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(text).toContain(`<title>${String(status)} `);
    return text;
  },
  swift: ({ text, headers }: RawAnswer) => {
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['x-trans-id']).toMatch(/^tx/);
    expect(text).toMatch(/^<html><h1>.*<\/h1><p>.*<\/p><\/html>$/s);
    return text;
  },
  problem: ({ text, headers }: RawAnswer, status: number) => {
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = z
      .object({ type: z.string(), title: z.string(), status: z.number(), detail: z.string() })
      .parse(JSON.parse(text));
    expect(problem.status).toBe(status);
    return problem.detail;
  },
} as const;
export type Form = keyof typeof FORMS;
