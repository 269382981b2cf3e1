import { writeOpenApi } from '@ocx/service-kit/openapi';
import { fileURLToPath } from 'node:url';
import { createIdentity } from './application.js';

const { app } = await createIdentity();
await writeOpenApi(app, fileURLToPath(new URL('../openapi.json', import.meta.url)), {
  title: 'OCX identity',
  description: 'Keystone v3, SAML federation and token exchange of an Open Cloud eXchange',
  version: '3.14',
});
await app.close();
