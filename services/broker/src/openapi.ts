import { writeDocument } from '@ocx/service-kit/openapi-document';
import { brokerDocument } from './broker.openapi.js';

await writeDocument(new URL('../openapi.json', import.meta.url), await brokerDocument());
