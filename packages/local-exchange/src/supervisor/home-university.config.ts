import path from 'node:path';
import type { Person } from './home-university.js';

const NAME_ID_PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const NAME_FORMAT_BASIC = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

/** SimpleSAMLphp's numbers are syslog's. */
const LOG_NOTICE = 5;

interface SettingsInput {
  readonly home: string;
  readonly program: string;
  readonly baseUrl: string;
  readonly salt: string;
  readonly administrator: string;
  /** Files with the metadata of the service providers that it trusts. */
  readonly serviceProviders: readonly string[];
}

/** SimpleSAMLphp's config.php: a SAML 2.0 identity provider and nothing else. */
export function settings({ home, program, baseUrl, salt, administrator, serviceProviders }: SettingsInput): object {
  const inHome = (name: string) => `${path.join(home, name)}/`;
  return {
    baseurlpath: baseUrl,
    certdir: inHome('certificate'),
    loggingdir: inHome('logs'),
    datadir: inHome('data'),
    tempdir: path.join(home, 'temporary'),
    metadatadir: inHome('metadata'),
    attributenamemapdir: `${path.join(program, '..', '..', '..', 'etc', 'simplesamlphp', 'attributemap')}/`,
    secretsalt: salt,
    'auth.adminpassword': administrator,
    'admin.protectindexpage': true,
    'admin.checkforupdates': false,
    technicalcontact_name: 'Home university',
    technicalcontact_email: 'it@university.example',
    timezone: 'UTC',
    showerrors: false,
    errorreporting: false,
    'logging.level': LOG_NOTICE,
    'logging.handler': 'errorlog',
    'logging.format': '%process %level [%trackid] %msg',
    'enable.saml20-idp': true,
    'module.enable': { exampleauth: true, core: true, saml: true },
    'session.cookie.name': 'HomeUniversity',
    'session.cookie.secure': baseUrl.startsWith('https:'),
    'session.cookie.samesite': 'Lax',
    'session.phpsession.cookiename': 'HomeUniversitySession',
    'session.phpsession.savepath': path.join(home, 'sessions'),
    'session.phpsession.httponly': true,
    'store.type': 'phpsession',
    'language.available': ['en'],
    'language.default': 'en',
    'theme.use': 'default',
    production: true,
    'trusted.url.domains': [],
    'metadata.sources': [{ type: 'flatfile' }, ...serviceProviders.map((file) => ({ type: 'xml', file }))],
  };
}

/** The university's directory of people, with the attributes the exchange's mapping reads. */
export function authenticationSources(people: readonly (Person & { readonly password: string })[]): object {
  const accounts = people.map(({ username, password, displayName, mail, affiliation }) => [
    `${username}:${password}`,
    { uid: [username], displayName: [displayName], mail: [mail], eduPersonAffiliation: [affiliation] },
  ]);
  return {
    admin: ['core:AdminPassword'],
    // The leading name of the class is what SimpleSAMLphp reads at index 0.
    university: { 0: 'exampleauth:UserPass', ...(Object.fromEntries(accounts) as object) },
  };
}

export function hostedMetadata(entityId: string): object {
  return {
    [entityId]: {
      host: '__DEFAULT__',
      privatekey: 'university.pem',
      certificate: 'university.crt',
      auth: 'university',
      'signature.algorithm': RSA_SHA256,
      'saml20.sign.response': true,
      'saml20.sign.assertion': true,
      // Single logout wants messages that are signed, both ways.
      'sign.logout': true,
      'validate.logout': true,
      // What `openstack --os-auth-type v3samlpassword` speaks.
      'saml20.ecp': true,
      NameIDFormat: NAME_ID_PERSISTENT,
      'simplesaml.nameidattribute': 'uid',
      'attributes.NameFormat': NAME_FORMAT_BASIC,
      authproc: { 3: { class: 'saml:AttributeNameID', attribute: 'uid', Format: NAME_ID_PERSISTENT } },
    },
  };
}

/** Makes the university's own signing key and certificate; PHP has OpenSSL, a bare machine has no `openssl` command. */
export const certificateScript = `<?php
umask(0077);
$directory = $argv[1];
$settings = $directory . '/openssl.cnf';
file_put_contents($settings, "[req]\\ndistinguished_name=name\\n[name]\\n");
$options = ['config' => $settings, 'digest_alg' => 'sha256', 'private_key_bits' => 3072, 'private_key_type' => OPENSSL_KEYTYPE_RSA];
$key = openssl_pkey_new($options);
$request = openssl_csr_new(['commonName' => 'Home university'], $key, $options);
$certificate = openssl_csr_sign($request, null, $key, 3650, $options, random_int(1, PHP_INT_MAX));
openssl_pkey_export_to_file($key, $directory . '/university.pem', null, $options);
openssl_x509_export_to_file($certificate, $directory . '/university.crt');
`;
