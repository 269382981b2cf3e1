import { writeDocument } from '@ocx/service-kit/openapi-document';
import { computeDocument } from './compute.openapi.js';

await writeDocument(new URL('../openapi.json', import.meta.url), await computeDocument());
