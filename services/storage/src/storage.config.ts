import { LandlordConfig } from '@ocx/landlord-kit/landlord.config';
import { z } from 'zod';
import { BlockStorageSettings } from './block-storage/block-storage.config.js';

/** Settings of a storage landlord. Each is an environment variable of the same name. */
export const StorageConfigSchema = LandlordConfig.extend({
  ...BlockStorageSettings.shape,
  /** Seconds between two passes of the expirer of objects with `X-Delete-At`. */
  OCX_OBJECT_EXPIRER_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60),
  /** Seconds between two searches for files on disk that no object owns. */
  OCX_OBJECT_RECONCILER_SECONDS: z.coerce.number().int().min(1).max(604_800).default(3600),
  /** Seconds a client may stay silent in the middle of an upload. */
  OCX_OBJECT_CLIENT_TIMEOUT_SECONDS: z.coerce.number().int().min(1).max(3600).default(60),
});
export type StorageConfig = z.infer<typeof StorageConfigSchema>;

/** Injection token for {@link StorageConfig}. */
export const STORAGE_CONFIG = Symbol('STORAGE_CONFIG');
