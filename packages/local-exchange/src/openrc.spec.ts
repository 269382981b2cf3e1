import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { applicationCredentialOpenrc, openrcText, passwordOpenrc } from './openrc.js';

const exchange = { authUrl: 'http://127.0.0.1:5000/v3', region: 'exchange' };

function sourced(text: string, before: string, variable: string): string {
  const script = `${before}\n${text}\nprintf %s "\${${variable}-unset}"`;
  return execFileSync('sh', ['-euc', script], { encoding: 'utf8' });
}

describe('openrc', () => {
  it('gives the shell exactly what was meant, whatever is in it', () => {
    const password = `it's "$HOME" \`id\` \\`;
    const text = openrcText(passwordOpenrc(exchange, { name: 'admin', password, project: 'admin' }));
    expect(sourced(text, '', 'OS_PASSWORD')).toBe(password);
  });

  it('of an application credential leaves no name of a user or project, also none from before', () => {
    const text = openrcText(applicationCredentialOpenrc(exchange, { id: 'a1', secret: 's' }));
    expect(sourced(text, 'export OS_PROJECT_NAME=other', 'OS_PROJECT_NAME')).toBe('unset');
    expect(sourced(text, '', 'OS_APPLICATION_CREDENTIAL_ID')).toBe('a1');
  });

  it('names a private authority for every client', () => {
    const text = openrcText(
      applicationCredentialOpenrc({ ...exchange, authority: '/ca.pem' }, { id: 'a', secret: 's' }),
    );
    expect(sourced(text, '', 'OS_CACERT')).toBe('/ca.pem');
    expect(sourced(text, '', 'SSL_CERT_FILE')).toBe('/ca.pem');
    expect(sourced(text, '', 'REQUESTS_CA_BUNDLE')).toBe('/ca.pem');
  });
});
