import { LANDLORD_ENTITIES, LANDLORD_MIGRATIONS } from '@ocx/landlord-kit/landlord-database';
import { BLOCK_STORAGE_ENTITIES, BLOCK_STORAGE_MIGRATIONS } from '../block-storage/block-storage.database.js';
import { OBJECT_STORE_ENTITIES } from '../object-store/object-store.database.js';
import { ObjectStore1763690000000 } from './migrations/1763690000000-object-store.js';

/** Everything that lives in a storage landlord's database. */
export const STORAGE_ENTITIES = [...LANDLORD_ENTITIES, ...OBJECT_STORE_ENTITIES, ...BLOCK_STORAGE_ENTITIES];

export const STORAGE_MIGRATIONS = [...LANDLORD_MIGRATIONS, ObjectStore1763690000000, ...BLOCK_STORAGE_MIGRATIONS];
