import { writeDocument } from '@ocx/service-kit/openapi-document';
import { storageDocument } from './storage.openapi.js';

await writeDocument(new URL('../openapi.json', import.meta.url), await storageDocument());
