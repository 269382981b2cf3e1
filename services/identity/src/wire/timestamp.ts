/** Keystone's form: UTC, microseconds, `Z`. */
export const timestamp = (date: Date): string => date.toISOString().replace('Z', '000Z');

/** The same from seconds since the epoch, as tokens carry time. */
export const timestampOfSeconds = (seconds: number): string => timestamp(new Date(seconds * 1000));
