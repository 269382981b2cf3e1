const LIMIT_BYTES = 1024 * 1024;

/** The first MiB of what a command prints; the rest is dropped, so that no tool can fill the memory. */
export class BoundedText {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  add(chunk: Buffer): void {
    const room = LIMIT_BYTES - this.size;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.chunks.push(kept);
    this.size += kept.length;
  }

  toString(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

/** The last line a tool printed: where tools say why. */
export function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 300) || 'no message';
}
