/** The move that the landlord's administrator asked for, and how far it is. */
export interface AskedMove {
  /** Null: it stays where it is. */
  readonly endpoint: string | null;
  readonly port: number | null;
  readonly newKey: boolean;
  keyThumbprint: string | null;
  move: string | null;
  consent: string | null;
}
