import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../dist/mapping-test.js', import.meta.url));
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'ocx-mapping-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: unknown): Promise<string> {
  const at = path.join(directory, name);
  await writeFile(at, typeof content === 'string' ? content : JSON.stringify(content));
  return at;
}

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const rules = [
  { local: [{ user: { name: '{0}' } }], remote: [{ type: 'uid' }] },
  { local: [{ group: { id: 'g1' } }], remote: [{ type: 'groups', any_one_of: ['staff'] }] },
];
const test = async (mapping: unknown, input: string, ...more: string[]) =>
  run('--rules', await file('rules.json', mapping), '--input', await file('input.txt', input), ...more);

describe('the command that tests a mapping', () => {
  it('shows what the rules make of an assertion, however the mapping is wrapped', async () => {
    for (const mapping of [rules, { rules }, { mapping: { rules, schema_version: '2.0' } }]) {
      const { code, stdout } = await test(mapping, 'uid: ada\ngroups: staff;people\n');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        matched_rules: [0, 1],
        user: { name: 'ada', type: 'ephemeral' },
        group_ids: ['g1'],
        group_names: [],
        projects: [],
      });
    }
  });

  it('tells when nobody is let in', async () => {
    const { code, stdout, stderr } = await test(rules, 'mail: ada@b\n');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('nobody is let in');
  });

  it('tells what is wrong with its files and options', async () => {
    expect((await test([{ local: 1, remote: [] }], 'uid: ada')).stderr).toContain('rules[0].local');
    expect((await test(rules, 'no colon')).stderr).toContain('no colon');
    expect((await test(rules, 'uid: ada', '--schema-version', '3')).code).toBe(2);
    const remote = [{ type: 'uid', whitelist: ['('], regex: true }];
    expect((await test([{ local: [{}], remote }], 'uid: ada')).stderr).toContain('Not a regular expression');
    expect((await run('--rules', '/nonexistent', '--input', '/nonexistent')).code).toBe(2);
    expect((await run('--rule', 'x')).code).toBe(2);
    expect((await run()).code).toBe(2);
  });

  it('explains itself', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--schema-version');
  });
});
