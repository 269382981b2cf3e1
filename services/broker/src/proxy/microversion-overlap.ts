import type { MicroversionValue } from '@ocx/service-kit/microversion';

interface Range {
  readonly min: MicroversionValue;
  readonly max: MicroversionValue;
}

function read(text: string): MicroversionValue | undefined {
  const match = /^(\d{1,3})\.(\d{1,4})$/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/** What both the broker and a landlord speak; the broker's own range where the landlord's says nothing usable. */
export function overlap(own: Range, landlord: { readonly min: string; readonly max: string }): Range {
  const min = read(landlord.min);
  const max = read(landlord.max);
  if (min?.major !== own.min.major || max?.major !== own.max.major) return own;
  const least = min.minor > own.min.minor ? min : own.min;
  const most = max.minor < own.max.minor ? max : own.max;
  return least.minor > most.minor ? own : { min: least, max: most };
}
