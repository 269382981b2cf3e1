import { InitialSchema1795219200000 } from './migrations/1795219200000-initial-schema.js';

/** In the order they run. */
export const migrations = [InitialSchema1795219200000];
