import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigurationError, loadConfig } from './config.js';

const Schema = z.object({
  DATABASE_URL: z.string(),
  OCX_CODE: z.string().optional(),
  OCX_PASSWORD_FILE: z.string().optional(),
});

describe('a setting given as a file', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ocx-config-'));
  const file = (content: string) => {
    const name = path.join(directory, 'secret');
    writeFileSync(name, content);
    return name;
  };
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('is the content of the file', () => {
    expect(loadConfig(Schema, { DATABASE_URL_FILE: file('postgres://a\n') })).toEqual({ DATABASE_URL: 'postgres://a' });
  });

  it('is outranked by the variable itself', () => {
    const env = { DATABASE_URL: 'postgres://direct', DATABASE_URL_FILE: '/nonexistent' };
    expect(loadConfig(Schema, env).DATABASE_URL).toBe('postgres://direct');
  });

  it('counts as unset when the file is empty', () => {
    expect(loadConfig(Schema, { DATABASE_URL: 'x', OCX_CODE_FILE: file('\n') }).OCX_CODE).toBeUndefined();
  });

  it('is refused by name when the file cannot be read', () => {
    const load = () => loadConfig(Schema, { DATABASE_URL_FILE: path.join(directory, 'absent') });
    expect(load).toThrow(new ConfigurationError(['DATABASE_URL_FILE: ENOENT']));
  });

  it('is another thing than a setting whose own name ends in _FILE, or a variable nobody asked for', () => {
    const env = { DATABASE_URL: 'x', OCX_PASSWORD_FILE: '/nonexistent', SSL_CERT_FILE: '/nonexistent' };
    expect(loadConfig(Schema, env)).toEqual({ DATABASE_URL: 'x', OCX_PASSWORD_FILE: '/nonexistent' });
  });
});
