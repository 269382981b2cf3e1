// Does the service in this container answer? The certificate is not looked at: it names the public address.
import http from 'node:http';
import https from 'node:https';

const { OCX_PORT: port, OCX_TLS_CERT: certificate } = process.env;
const options = {
  host: '127.0.0.1',
  port,
  path: process.argv[2] ?? '/healthcheck',
  timeout: 4000,
  rejectUnauthorized: false,
};
const request = (certificate ? https : http).get(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
