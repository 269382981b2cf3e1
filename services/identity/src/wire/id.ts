import { randomUUID } from 'node:crypto';

/** A fresh Keystone id: 32 hex digits. */
export const newId = (): string => randomUUID().replaceAll('-', '');
