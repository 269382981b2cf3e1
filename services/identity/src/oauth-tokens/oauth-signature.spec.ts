import { describe, expect, it } from 'vitest';
import { checkSignature, parseAuthorization } from './oauth-signature.js';

/** RFC 5849 section 1.2: the request for token credentials, with the secret of the temporary ones. */
const RFC = {
  method: 'POST',
  url: 'https://photos.example.net/token',
  parameters: parseAuthorization(
    `OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="hh5s93j4hdidpola",
     oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="walatlh",
     oauth_verifier="hfdp7dh39dks9884", oauth_signature="gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D"`.replace(/\s+/g, ' '),
  ),
};
const SECRETS = { consumer: 'kd94hf93k423kf44', token: 'hdhd0244k9j7ao03' };

describe('a signature', () => {
  it('is the one of RFC 5849', () => {
    expect(() => {
      checkSignature(RFC, SECRETS);
    }).not.toThrow();
  });

  it.each([
    ['of another secret', RFC, { ...SECRETS, consumer: 'another' }],
    ['without the secret of its token', RFC, { consumer: SECRETS.consumer }],
    ['of another method', { ...RFC, method: 'GET' }, SECRETS],
    ['of another address', { ...RFC, url: 'https://photos.example.net/initiate' }, SECRETS],
    ['of another parameter', { ...RFC, parameters: { ...RFC.parameters, oauth_nonce: 'other' } }, SECRETS],
    ['of one more parameter', { ...RFC, parameters: { ...RFC.parameters, oauth_callback: 'oob' } }, SECRETS],
    ['that is empty', { ...RFC, parameters: { ...RFC.parameters, oauth_signature: '' } }, SECRETS],
    [
      'that is the secrets in the clear',
      {
        ...RFC,
        parameters: {
          ...RFC.parameters,
          oauth_signature_method: 'PLAINTEXT',
          oauth_signature: `${SECRETS.consumer}&${SECRETS.token}`,
        },
      },
      SECRETS,
    ],
  ])('is refused: one %s', (_, request, secrets) => {
    expect(() => {
      checkSignature(request, secrets);
    }).toThrow();
  });
});

it.each([
  ['none', undefined],
  ['an empty one', ''],
  ['one of another scheme', 'Bearer x'],
  ['one without parameters', 'OAuth'],
  ['a name without a value', 'OAuth oauth_token'],
  ['one that names something twice', 'OAuth oauth_token="a", oauth_token="b"'],
  ['an escape that is none', 'OAuth oauth_token="%zz"'],
  ['a null character', 'OAuth oauth_token="a%00b"'],
  ['a long one', `OAuth oauth_token="${'a'.repeat(9000)}"`],
  ['one without commas', 'OAuth a="a" b="c"'],
])('is no header of OAuth: %s', (_, header) => {
  expect(() => parseAuthorization(header)).toThrow();
});
