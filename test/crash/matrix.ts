// The crash matrix: for each command and each of its durable steps what was left when the process died there, and what
// the next ticks made of it. Printed after the tests of a command; with DTS_WRITE_DOCS=1 its section of
// docs/crash-matrix.md is written anew, too.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../rig/station.ts';

/** One death and what came of it. */
export interface Row {
  /** 1 for the first durable step of the process, undefined for the run that nobody killed. */
  readonly number: number | undefined;
  /** Name of the step and the path that it was about to change (`moved`, `published`: has changed). */
  readonly step: string;
  /** Temporary paths that lay there when it was dead. */
  readonly left: readonly string[];
  /** What the next runs of the same command told the event log. */
  readonly recovery: readonly string[];
  /** Differences to the log of a run that nobody killed: `-job-moved`, `+arrival-matched`. */
  readonly log: readonly string[];
  /** Instances that a destination got twice. */
  readonly sentTwice: number;
  /** Empty where all invariants hold. */
  readonly violations: readonly string[];
}

const PAGE = join(ROOT, 'docs', 'crash-matrix.md');
const HEAD = `# Crash matrix

Every pipeline command is killed with SIGKILL before each of its durable steps (\`moved\` and \`published\`: right
after), on a station of its own; then the commands run as cron would run them until all is at rest, and the invariants
of test/crash/invariants.ts are checked: nothing lost, nothing doubled, nothing lying about. This page is written by
those tests: \`DTS_WRITE_DOCS=1 node test/run.mjs test/crash\`.

- *left behind*: what the dead process had begun; leases of dead processes are left out, the next one takes them over.
- *the next runs*: what the next runs of that command told the event log; "not killed" is a run without a kill.
- *log*: events that are told once more (+) or missing (−), compared with a run that nobody killed. Telling and doing
  are two things, and a kill may come between them; what counts is the state on disk.
- *again*: instances that a destination got twice, because the answer to the first was lost.
`;

export function formatTable(rows: readonly Row[]): string {
  const lines = rows.map(({ number, step, left, recovery, log, sentTwice, violations }) => [
    String(number ?? ''),
    `\`${step}\``,
    left.map((path) => `\`${path}\``).join(', '),
    recovery.join(', '),
    log.join(', '),
    sentTwice === 0 ? '' : String(sentTwice),
    violations.length === 0 ? 'yes' : 'NO',
  ]);
  const head = ['', 'killed at', 'left behind', 'the next runs', 'log', 'again', 'holds'];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Prints a command's table, and writes it into the page where that is wanted. */
export function publishMatrix(title: string, rows: readonly Row[]): void {
  const section = `## ${title}\n\n${formatTable(rows)}\n`;
  process.stdout.write(`\n${section}\n`);
  if (process.env['DTS_WRITE_DOCS'] !== '1') return;
  // In one go, without waiting in between: another test file may write its section, too.
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const others = page.split(/^(?=## )/m).slice(1).map((text) => `${text.trimEnd()}\n`)
    .filter((text) => !text.startsWith(`## ${title}\n`));
  writeFileSync(PAGE, [HEAD, ...[...others, section].sort()].join('\n'));
}
