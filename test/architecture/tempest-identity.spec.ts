import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const TESTS = new URL('../../services/identity/test/', import.meta.url);
const LIST = new URL('../conformance/tempest-identity.txt', import.meta.url);

const BLOCKS = new Set(['describe', 'it', 'test']);

/** `it` of `it('…')`, `it.each(…)('…')` and the like. */
function calledFirst(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return calledFirst(node.expression);
  return undefined;
}

/** The titles of a file’s tests, each below those of its blocks: `roles > imply others`. */
function titlesOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(new URL(file, TESTS), 'utf8'), ts.ScriptTarget.Latest);
  const titles: string[] = [];
  const visit = (node: ts.Node, above: readonly string[]): void => {
    const [title] = ts.isCallExpression(node) ? node.arguments : [];
    const block = ts.isCallExpression(node) ? calledFirst(node.expression) : undefined;
    const named = block !== undefined && BLOCKS.has(block) && title !== undefined && ts.isStringLiteralLike(title);
    const path = named ? [...above, title.text] : above;
    if (named && block !== 'describe') titles.push(path.join(' > '));
    ts.forEachChild(node, (child) => {
      visit(child, path);
    });
  };
  visit(source, [file]);
  return titles;
}

const ours = new Set(
  readdirSync(TESTS)
    .filter((file) => file.endsWith('.spec.ts'))
    .flatMap(titlesOf),
);
const entries = readFileSync(LIST, 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): [name: string, covering: string[]] => {
    const [name = '', covering = ''] = line.split(' # ');
    return [name, covering.split(' || ')];
  });

describe('what Tempest asks of identity', () => {
  it('is listed once, by names of Tempest’s', () => {
    const names = entries.map(([name]) => name);
    expect(names.length).toBeGreaterThan(70);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^tempest\.api\.identity(\.\w+)+\.test_\w+$/);
  });

  it.each(entries)('%s is asked by a test of our own', (_, covering) => {
    expect(covering.length).toBeGreaterThan(0);
    for (const title of covering) expect(ours).toContain(title);
  });
});
