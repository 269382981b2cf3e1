/** What this exchange's compute API speaks: Nova 2.1 as of Yoga, without what a container has no notion of. */
export const COMPUTE_MIN_MICROVERSION = { major: 2, minor: 1 } as const;
export const COMPUTE_MAX_MICROVERSION = { major: 2, minor: 90 } as const;
