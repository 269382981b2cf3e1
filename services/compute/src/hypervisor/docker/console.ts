const HEADER = 8;
const MAX_BYTES = 1024 * 1024;

/** The engine frames standard output and error of a container without terminal; the console is both in order. */
export function demultiplex(output: Buffer): string {
  const parts: Buffer[] = [];
  let offset = 0;
  while (offset + HEADER <= output.length) {
    const size = output.readUInt32BE(offset + 4);
    parts.push(output.subarray(offset + HEADER, offset + HEADER + size));
    offset += HEADER + size;
  }
  const whole = Buffer.concat(parts);
  return whole.subarray(Math.max(0, whole.length - MAX_BYTES)).toString('utf8');
}
