import process from 'node:process';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan' | 'yellow';

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };
const WIDTH = 100;
const NUMBER = /^-?[\d.,]+( \S+)?$/;

export function duration(milliseconds: number): string {
  return milliseconds < 950 ? `${String(Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[2K';

/**
 * What a person sees. On a terminal the last line names the steps that are running, which may be several at once;
 * anywhere else each line is written once, when its step is done, without colours.
 */
export class Terminal {
  private readonly lively: boolean;
  private readonly running = new Set<string>();

  constructor(private readonly output: Output = process.stdout) {
    this.lively = output.isTTY === true && process.env['NO_COLOR'] === undefined;
  }

  paint(style: Style, text: string): string {
    return this.lively ? `\u001b[${String(CODES[style])}m${text}\u001b[0m` : text;
  }

  line(text = ''): void {
    const clear = this.running.size > 0 && this.lively ? CLEAR_LINE : '';
    this.output.write(`${clear}${text}\n`);
    this.showRunning();
  }

  title(title: string, subtitle: string): void {
    this.line();
    this.line(`  ${this.paint('bold', title)}  ${this.paint('dim', subtitle)}`);
    this.line();
  }

  section(label: string, title: string): void {
    const rule = '─'.repeat(Math.max(3, WIDTH - label.length - title.length - 8));
    this.line();
    this.line(`  ${this.paint('cyan', label)} ${this.paint('bold', title)} ${this.paint('dim', rule)}`);
  }

  /** Runs `work`, and says what came of it and how long it took. `detail` turns its result into words. */
  async step<T>(what: string, work: () => Promise<T>, detail: (result: T) => string = () => ''): Promise<T> {
    const began = performance.now();
    this.running.add(what);
    this.showRunning();
    try {
      const result = await work();
      this.outcome(this.paint('green', '✓'), what, detail(result), performance.now() - began);
      return result;
    } catch (error) {
      this.outcome(this.paint('red', '✗'), what, '', performance.now() - began);
      throw error;
    }
  }

  note(text: string): void {
    for (const line of text.split('\n')) this.line(`      ${this.paint('dim', line)}`);
  }

  /** Columns as wide as their longest cell; numbers stand right. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
    const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => NUMBER.test(row[column] ?? '')));
    const render = (row: readonly string[]) =>
      row
        .map((cell, i) => (numeric[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd();
    this.line(`      ${this.paint('dim', render(head))}`);
    for (const row of rows) this.line(`      ${render(row)}`);
  }

  private outcome(mark: string, what: string, detail: string, milliseconds: number): void {
    const took = duration(milliseconds);
    const room = WIDTH - 6 - what.length - took.length - 2;
    const words = detail === '' ? '' : `  ${detail}`;
    const gap = ' '.repeat(Math.max(2, room - words.length));
    if (this.lively) this.output.write(CLEAR_LINE);
    this.running.delete(what);
    this.line(`    ${mark} ${what}${this.paint('cyan', words)}${gap}${this.paint('dim', took)}`);
  }

  private showRunning(): void {
    if (!this.lively || this.running.size === 0) return;
    const names = [...this.running].join(', ').slice(0, WIDTH - 8);
    this.output.write(`${CLEAR_LINE}    ${this.paint('yellow', '…')} ${names}`);
  }
}
