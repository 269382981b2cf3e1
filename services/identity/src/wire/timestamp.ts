/** Keystone's form: UTC, microseconds, `Z`. `micros` are those beyond the milliseconds. */
export const timestamp = (date: Date, micros = 0): string =>
  date.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);

/** The same from seconds since the epoch, as tokens carry time. */
export const timestampOfSeconds = (seconds: number): string => timestamp(new Date(seconds * 1000));
