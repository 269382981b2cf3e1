/** What this exchange's volume API speaks: Cinder 3 as of Yoga. */
export const VOLUME_MIN_MICROVERSION = { major: 3, minor: 0 } as const;
export const VOLUME_MAX_MICROVERSION = { major: 3, minor: 70 } as const;
