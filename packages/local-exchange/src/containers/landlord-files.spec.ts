import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { landlordFile } from '../landlords.js';
import { CLONE, LANDLORDS } from '../layout.js';

describe('the configuration of the landlords in containers', () => {
  it.each(LANDLORDS)('is for %s the same as on one machine', async (name) => {
    const text = await readFile(path.join(CLONE, 'docker', 'landlords', `${name}.json`), 'utf8');
    expect(JSON.parse(text)).toEqual(landlordFile(name));
  });
});
