// Random statements on random archives, against a second evaluator that works on the statement as it was drawn and
// shares no code with the first.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCondition } from '../../src/select/format-condition.ts';
import { parseStatement } from '../../src/select/parse-statement.ts';
import { selectSeries } from '../../src/select/select-series.ts';
import { makeSeries } from './series.ts';
import { parsedCondition } from './statements.ts';

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Row {
  readonly patient: string;
  readonly study: string;
  readonly series: string;
  readonly count: number;
  readonly fields: Readonly<Record<string, string[]>>;
}

/** A condition as text, and what it means. */
interface Drawn {
  readonly text: string;
  readonly holds: (row: Row) => boolean;
}

class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  rows(): Row[] {
    return Array.from({ length: this.below(9) }, (_, index) => {
      const study = this.of(['1', '2', '3']);
      const fields: Record<string, string[]> = {};
      for (const name of ['Modality', 'EchoTime', 'ImageType']) {
        const length = this.of([0, 1, 1, 2]);
        fields[name] = Array.from({ length }, () => this.of(['MR', 'CT', 'M', '1', '1.0', '2', '30']));
      }
      const patient = study === '3' ? 'Q' : 'P';
      return { patient, study, series: `${study}.${index}`, count: this.of([1, 5, 5, 40]), fields };
    });
  }

  comparison(): Drawn {
    const field = this.of(['Modality', 'EchoTime', 'ImageType', 'NumImages', '(0x0008,"0x0060")']);
    const value = this.of(['MR', 'CT', 'M', '1', '1.0', '2', '5', '30']);
    const values = (row: Row): string[] => {
      if (field === 'NumImages') return [String(row.count)];
      return row.fields[field.startsWith('(') ? 'Modality' : field] ?? [];
    };
    const isNumber = (text: string): boolean => !Number.isNaN(Number(text));
    const same = (text: string): boolean => {
      return text === value || (isNumber(text) && isNumber(value) && Number(text) === Number(value));
    };
    const [operator, passes] = this.of<[string, (texts: string[]) => boolean]>([
      ['==', (texts) => texts.filter((text) => !same(text)).length === 0],
      ['=', (texts) => texts.filter((text) => !same(text)).length === 0],
      ['containing', (texts) => texts.indexOf(value) >= 0],
      ['regexp', (texts) => texts.filter((text) => new RegExp(value).test(text)).length > 0],
      ['<', (texts) => texts.filter((text) => Number(text) < Number(value)).length > 0],
      ['>=', (texts) => texts.filter((text) => Number(text) >= Number(value)).length > 0],
    ]);
    const quoted = this.of([value, `"${value}"`, `'${value}'`]);
    return {
      text: `${field}${this.of([' ', '\n', '/* and */'])}${operator} ${quoted}`,
      holds: (row) => values(row).length > 0 && passes(values(row)),
    };
  }

  term(depth: number): Drawn {
    const kind = this.below(depth > 0 ? 8 : 5);
    if (kind === 0) return { text: 'everything', holds: () => true };
    if (kind === 5) {
      const inner = this.term(depth - 1);
      return { text: `NOT ${inner.text}`, holds: (row) => !inner.holds(row) };
    }
    if (kind > 5) {
      const inner = this.conditions(depth - 1);
      return { text: `( ${inner.text} )`, holds: inner.holds };
    }
    return this.comparison();
  }

  conditions(depth: number): Drawn {
    let drawn = this.term(depth);
    for (let more = this.below(3); more > 0; more -= 1) {
      const left = drawn;
      const right = this.term(depth);
      drawn = this.of([
        { text: `${left.text} AND ${right.text}`, holds: (row: Row) => left.holds(row) && right.holds(row) },
        { text: `${left.text} or ${right.text}`, holds: (row: Row) => left.holds(row) || right.holds(row) },
      ]);
    }
    return drawn;
  }
}

/** The jobs as lists of SeriesInstanceUID, or 'ambiguous', straight from the definition. */
function expectedJobs(level: string, clauses: readonly Drawn[], rows: readonly Row[], arrived: string): unknown {
  const home = rows.find(({ study }) => study === arrived);
  const scope = rows
    .filter(({ study, patient }) => {
      if (level === 'project') return true;
      return level === 'patient' ? home !== undefined && patient === home.patient : study === arrived;
    })
    .sort((one, other) => other.count - one.count || (one.series < other.series ? -1 : 1));
  const matching = (row: Row): number[] => clauses.flatMap((clause, index) => (clause.holds(row) ? [index] : []));
  if (scope.some((row) => matching(row).length > 1)) return 'ambiguous';
  const matched = scope.filter((row) => matching(row).length === 1);
  if (level === 'series') return matched.map(({ series }) => [series]);
  const isComplete = (members: readonly Row[]): boolean => {
    return clauses.every((clause) => members.some((row) => clause.holds(row)));
  };
  const kept = level === 'project'
    ? matched.filter((row) => isComplete(matched.filter(({ patient }) => patient === row.patient)))
    : matched;
  return kept.length > 0 && isComplete(kept) ? [kept.map(({ series }) => series)] : [];
}

test('selects from random archives what the definition says', () => {
  const outcomes = { ambiguous: 0, none: 0, some: 0 };
  for (let seed = 0; seed < 3000; seed += 1) {
    const draw = new Draw(seed);
    const rows = draw.rows();
    const level = draw.of(['series', 'study', 'patient', 'project']);
    const clauses = Array.from({ length: draw.of([1, 1, 2, 3]) }, () => draw.conditions(3));
    const wheres = clauses.map((clause) => `WHERE series HAS ${clause.text}`);
    const text = `SELECT ${level} FROM study ${wheres.join(' ALSO ')}`;
    const statement = parseStatement(text);
    assert.ok('kind' in statement, `${text}: ${JSON.stringify(statement)}`);
    const series = rows.map((row) => makeSeries({
      PatientID: row.patient, StudyInstanceUID: row.study, SeriesInstanceUID: row.series, NumImages: row.count,
      fields: { ...row.fields, '00080060': row.fields['Modality'] ?? [] },
    }));

    const selection = selectSeries(statement, series, '1');
    const actual = selection.kind === 'ambiguous'
      ? 'ambiguous'
      : selection.jobs.map((job) => job.map(({ SeriesInstanceUID }) => SeriesInstanceUID));
    assert.deepEqual(actual, expectedJobs(level, clauses, rows, '1'), `seed ${seed}: ${text}\n${JSON.stringify(rows)}`);
    outcomes[actual === 'ambiguous' ? 'ambiguous' : actual.length === 0 ? 'none' : 'some'] += 1;
  }
  // The draw must reach every kind of outcome often, or the comparison proves little.
  for (const [kind, count] of Object.entries(outcomes)) assert.ok(count > 300, `${kind}: ${count}`);
});

test('formats random conditions so that they read back the same', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const formatted = formatCondition(parsedCondition(new Draw(seed).conditions(4).text));
    assert.equal(formatCondition(parsedCondition(formatted)), formatted);
  }
  for (const text of ['\\', '\\"', '\\\\"', "\\'", '"', '\\d\\', '^T1 "(a|b)\\.$', '1.0', 'and', '']) {
    const comparison = { ...parsedCondition('Modality == x'), value: { text, at: { offset: 0, line: 1, column: 1 } } };
    assert.ok(comparison.kind === 'comparison');
    const again = parsedCondition(formatCondition(comparison));
    assert.ok(again.kind === 'comparison');
    assert.equal(again.value.text, text);
  }
});
