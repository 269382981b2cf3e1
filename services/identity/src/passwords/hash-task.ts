/** Of argon2id: KiB, passes, lanes. */
export interface HashCost {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** What the threads that hash are asked for. */
export type HashTask =
  | { readonly kind: 'hash'; readonly secret: string; readonly cost: HashCost }
  | { readonly kind: 'verify'; readonly secret: string; readonly stored: string };
