import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatMetrics, type Metric } from '../../src/flow/metrics/metric.ts';
import { METRICS } from '../../src/flow/metrics/table.ts';
import { ROOT } from '../rig/station.ts';

const odd: Metric<readonly number[]> = {
  name: 'odd', help: 'A \\ and\na line.',
  samples: (values) => values.map((value) => ({ labels: { a: 'say "\\"\n', b: '' }, value })),
};

test('formats values with HELP and TYPE once, and what would break a line as an escape', () => {
  assert.equal(formatMetrics([odd], [[1, 0.5], [2e20]]), [
    '# HELP odd A \\\\ and\\na line.',
    '# TYPE odd gauge',
    'odd{a="say \\"\\\\\\"\\n",b=""} 1',
    'odd{a="say \\"\\\\\\"\\n",b=""} 0.5',
    'odd{a="say \\"\\\\\\"\\n",b=""} 200000000000000000000',
    '',
  ].join('\n'));
});

test('a metric of which nobody has a value is left out', () => {
  assert.equal(formatMetrics([odd], [[], []]), '');
});

test('every metric has a name of its own that Prometheus takes, a sentence of help, and its row in the page', async () => {
  const page = await readFile(join(ROOT, 'src/commands/reference/told/metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(rows, METRICS.map(({ name }) => name));
  assert.equal(new Set(rows).size, rows.length);
  for (const { name, help } of METRICS) {
    assert.match(name, /^dts_[a-z][a-z_]*[a-z]$/);
    assert.match(help, /^[A-Z].*\.$/);
  }
});
