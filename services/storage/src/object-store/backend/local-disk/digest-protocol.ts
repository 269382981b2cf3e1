/** What the main thread asks of a digest worker. One request per job is under way at a time; each gets one reply. */
export type DigestRequest =
  | {
      readonly kind: 'write';
      readonly job: number;
      readonly fd: number;
      readonly position: number;
      /** Transferred: the worker frees their memory. */
      readonly chunks: readonly Uint8Array<ArrayBuffer>[];
    }
  | { readonly kind: 'finish'; readonly job: number }
  | { readonly kind: 'forget'; readonly job: number };

export interface DigestReply {
  readonly job: number;
  /** Answers `finish`. */
  readonly md5?: string;
  readonly error?: string;
}
