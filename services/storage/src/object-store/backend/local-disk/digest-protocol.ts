/** What the main thread asks of a digest worker. One request per job is under way at a time; each gets one reply. */
export type DigestRequest =
  | {
      readonly kind: 'block';
      readonly job: number;
      readonly fd: number;
      readonly position: number;
      readonly memory: SharedArrayBuffer;
      readonly length: number;
    }
  | { readonly kind: 'finish'; readonly job: number }
  | { readonly kind: 'forget'; readonly job: number };

export interface DigestReply {
  readonly job: number;
  /** Answers `finish`. */
  readonly md5?: string;
  readonly error?: string;
}
