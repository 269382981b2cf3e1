import { InitialSchema1795219200000 } from './migrations/1795219200000-initial-schema.js';
import { UniqueServices1795230000000 } from './migrations/1795230000000-unique-services.js';

/** In the order they run. */
export const migrations = [InitialSchema1795219200000, UniqueServices1795230000000];
