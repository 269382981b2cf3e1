import { AccountEntity } from './accounts/account.entity.js';
import { ContainerEntity } from './containers/container.entity.js';
import { ObjectEntity } from './objects/object.entity.js';

/** Tables of the object store. */
export const OBJECT_STORE_ENTITIES = [AccountEntity, ContainerEntity, ObjectEntity] as const;
