/** Swift's limits, the same at broker and landlords, as `/info` tells them. Lengths are bytes of UTF-8. */
export const SWIFT_CONSTRAINTS = {
  max_file_size: 5_368_709_122,
  max_meta_name_length: 128,
  max_meta_value_length: 256,
  max_meta_count: 90,
  max_meta_overall_size: 4096,
  max_header_size: 8192,
  max_object_name_length: 1024,
  max_container_name_length: 256,
  max_account_name_length: 256,
  container_listing_limit: 10_000,
  account_listing_limit: 10_000,
} as const;

/** `AUTH_` before the project's id makes an account's name. */
export const RESELLER_PREFIX = 'AUTH_';
