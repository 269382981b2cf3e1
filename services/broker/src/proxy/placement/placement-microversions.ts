/** Placement's microversions of which the reads here have the shape. */
export const PLACEMENT_MIN = { major: 1, minor: 0 } as const;
export const PLACEMENT_MAX = { major: 1, minor: 20 } as const;
