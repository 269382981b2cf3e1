/** Cinder's microversions that the combined region speaks: what OCX's storage landlords speak. */
export const VOLUME_MIN = { major: 3, minor: 0 } as const;
export const VOLUME_MAX = { major: 3, minor: 70 } as const;
