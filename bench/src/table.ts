/** One measured requirement: what was measured against what, and the bound that it is to keep. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** The peer or limit of the same run. */
  readonly against: string;
  readonly ratio: string;
  readonly bound: string;
  readonly kept: boolean;
}

const TITLES = ['what', 'measured', 'against', 'ratio', 'bound', ''] as const;

/** A plain table, as wide as its cells. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.measured,
    row.against,
    row.ratio,
    row.bound,
    row.kept ? 'kept' : 'MISSED',
  ]);
  const widths = TITLES.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(TITLES), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
