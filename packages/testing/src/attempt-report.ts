import type { Reporter, TestModule } from 'vitest/node';
import type {} from './attempts.js';

/** Prints how many attacks of each kind were attempted, and how many refused. */
export class AttemptReport implements Reporter {
  constructor(private readonly write: (text: string) => void = (text) => process.stdout.write(text)) {}

  onTestRunEnd(modules: readonly Pick<TestModule, 'children'>[]): void {
    const kinds = new Map<string, { attempted: number; refused: number }>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        for (const { kind, refused } of test.meta().attempts ?? []) {
          const count = kinds.get(kind) ?? { attempted: 0, refused: 0 };
          kinds.set(kind, { attempted: count.attempted + 1, refused: count.refused + (refused ? 1 : 0) });
        }
      }
    }
    if (kinds.size === 0) return;
    const lines = [...kinds].map(
      ([kind, { attempted, refused }]) => `${String(attempted).padStart(9)} / ${String(refused).padEnd(7)}  ${kind}`,
    );
    this.write(`\nAttacks\nattempted / refused\n${lines.join('\n')}\n\n`);
  }
}
