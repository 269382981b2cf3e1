import { describe, expect, it } from 'vitest';
import { refuseSharedSecrets, requestHeaders, responseHeaders } from './swift-headers.js';

describe('headers to a landlord', () => {
  it('are what describes the object, never who asks or from where', () => {
    const sent = requestHeaders({
      'x-auth-token': 'secret',
      authorization: 'Bearer secret',
      cookie: 'a=b',
      host: 'exchange',
      'x-forwarded-for': '10.0.0.1',
      'x-storage-policy': 'standard@granite',
      expect: '100-continue',
      'transfer-encoding': 'chunked',
      'content-type': 'text/plain',
      'x-object-meta-colour': 'green',
      'x-container-read': '.r:*',
      range: 'bytes=0-1',
    });
    expect(Object.keys(sent).sort()).toEqual(['content-type', 'range', 'x-container-read', 'x-object-meta-colour']);
  });

  it('never carry a temporary-URL key', () => {
    expect(requestHeaders({ 'x-container-meta-temp-url-key': 'k', 'x-account-meta-temp-url-key-2': 'k' })).toEqual({});
    expect(() => {
      refuseSharedSecrets({ 'x-account-meta-temp-url-key-2': 'k' });
    }).toThrow('not available');
    expect(() => {
      refuseSharedSecrets({ 'x-object-meta-temp-url-key': 'an object has none' });
    }).not.toThrow();
  });
});

describe('headers from a landlord', () => {
  it('are what describes the object, never a place to go or a policy', () => {
    const passed = responseHeaders({
      location: 'http://evil.example/',
      'set-cookie': ['a=b'],
      'content-security-policy': 'none',
      'access-control-allow-origin': '*',
      'www-authenticate': 'Basic',
      'x-storage-policy': 'lies',
      connection: 'close',
      etag: 'abc',
      'content-length': '3',
      'x-object-meta-colour': 'green',
    });
    expect(passed).toEqual({ etag: 'abc', 'content-length': '3', 'x-object-meta-colour': 'green' });
  });
});
