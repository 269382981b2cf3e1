import { writeDocument } from '@ocx/service-kit/openapi-document';
import { identityDocument } from './identity.openapi.js';

await writeDocument(new URL('../openapi.json', import.meta.url), await identityDocument());
