import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Tls } from '@ocx/local-exchange/supervisor/service-process';

const run = promisify(execFile);

/** PHP runs the home university and has OpenSSL; a bare machine has no `openssl` command. */
const SCRIPT = `<?php
[, $directory, $settings] = $argv;
$options = ['config' => $settings, 'digest_alg' => 'sha256', 'private_key_bits' => 2048, 'private_key_type' => OPENSSL_KEYTYPE_RSA];
$issue = function (string $name, string $extensions, $issuer, $issuerKey) use ($options, $directory) {
    $key = openssl_pkey_new($options);
    $request = openssl_csr_new(['commonName' => $name], $key, $options);
    $signed = ['x509_extensions' => $extensions] + $options;
    $certificate = openssl_csr_sign($request, $issuer, $issuerKey ?? $key, 2, $signed, random_int(1, PHP_INT_MAX));
    openssl_pkey_export_to_file($key, "$directory/$extensions.key", null, $options);
    openssl_x509_export_to_file($certificate, "$directory/$extensions.pem");
    return [$certificate, $key];
};
[$authority, $authorityKey] = $issue('Private authority', 'authority', null, null);
$issue('127.0.0.1', 'server', $authority, $authorityKey);
`;

const SETTINGS = `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost
authorityKeyIdentifier = keyid
`;

/** A certificate for 127.0.0.1 of an authority that no system trusts, as files in `directory`. */
export async function privateAuthority(directory: string): Promise<Tls> {
  const script = join(directory, 'authority.php');
  const settings = join(directory, 'openssl.cnf');
  await writeFile(script, SCRIPT);
  await writeFile(settings, SETTINGS);
  await run('php', [script, directory, settings]);
  return {
    certificate: join(directory, 'server.pem'),
    key: join(directory, 'server.key'),
    authority: join(directory, 'authority.pem'),
  };
}
