import { z } from 'zod';
import { BackendUnavailable, BadGateway } from '@ocx/service-kit/errors';
import type { Landlord } from '../landlords/landlord.js';
import { LandlordRefused } from './landlord-fault.js';

export interface FanOut<T> {
  readonly answers: readonly { readonly landlord: Landlord; readonly result: T }[];
  /** Landlords that gave no usable answer: theirs is listed from the index. */
  readonly silent: readonly Landlord[];
}

/**
 * Asks every landlord at once. One that is silent, refuses or misbehaves costs its own rows, never the others'; what
 * identity refuses is everybody's and is thrown.
 * @param deadlineMs how long the slowest may take, from connect to the last byte
 */
export async function fanOut<T>(
  landlords: readonly Landlord[],
  deadlineMs: number,
  ask: (landlord: Landlord) => Promise<T>,
): Promise<FanOut<T>> {
  const settled = await Promise.allSettled(landlords.map((landlord) => within(deadlineMs, ask(landlord))));
  const answers: { landlord: Landlord; result: T }[] = [];
  const silent: Landlord[] = [];
  for (const [index, outcome] of settled.entries()) {
    const landlord = landlords[index];
    if (!landlord) continue;
    if (outcome.status === 'fulfilled') answers.push({ landlord, result: outcome.value });
    else if (isLandlordsOwn(outcome.reason)) silent.push(landlord);
    else throw outcome.reason;
  }
  return { answers, silent };
}

class DeadlinePassed extends Error {}

// Identity's silence is everybody's: without tokens the whole answer would be a list from the index.
function isLandlordsOwn(error: unknown): boolean {
  if (error instanceof Error && error.cause instanceof LandlordRefused) return true;
  if (error instanceof BackendUnavailable) return error.reason !== 'identity_unreachable';
  return error instanceof BadGateway || error instanceof DeadlinePassed;
}

async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlinePassed('The deadline has passed.'));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Names the landlords whose part of the answer is from the index. */
export const PARTIAL_HEADER = 'X-OCX-Partial';

/** The header as it is documented. */
export const PARTIAL = z.object({
  [PARTIAL_HEADER]: z.string().optional().describe('landlords whose part of the answer is what was seen of them last'),
});

export function partialHeader(silent: readonly Landlord[]): Record<string, string> {
  return silent.length === 0 ? {} : { [PARTIAL_HEADER]: silent.map(({ name }) => name).join(', ') };
}
