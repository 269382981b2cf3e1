/** A point in time as Swift counts it: ticks of 10 microseconds since the epoch, an exact integer below 2^53. */
export type SwiftTicks = number;

const TICKS_PER_SECOND = 100_000;

/** `X-Timestamp`: `1700000000.12345`. */
export function formatTimestamp(ticks: SwiftTicks): string {
  const seconds = Math.floor(ticks / TICKS_PER_SECOND);
  return `${String(seconds).padStart(10, '0')}.${String(ticks % TICKS_PER_SECOND).padStart(5, '0')}`;
}

/** `last_modified` in listings: `2026-01-31T12:00:00.123450`. */
export function formatListingTime(ticks: SwiftTicks): string {
  const seconds = Math.floor(ticks / TICKS_PER_SECOND);
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${date}.${String(ticks % TICKS_PER_SECOND).padStart(5, '0')}0`;
}

/** Seconds since the epoch of `Last-Modified`: rounded up, as Swift does, so that nothing looks older than it is. */
export const lastModifiedSeconds = (ticks: SwiftTicks): number => Math.ceil(ticks / TICKS_PER_SECOND);

export const formatHttpDate = (seconds: number): string => new Date(seconds * 1000).toUTCString();
