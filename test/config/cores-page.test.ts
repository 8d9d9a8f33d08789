// The entries of docs/cores.md are there to be copied: each must be usable as it stands.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../rig/station.ts';
import { load, streamWith } from './configuration-directory.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'cores.md'), 'utf8');
const ENTRIES = [...PAGE.matchAll(/^```\n("(\w+)": [^]*?)^```$/gm)].map(([, entry = '', stream = '']) => ({ entry, stream }));

for (const { entry, stream } of ENTRIES) {
  test(`the entry for ${stream} can be used as it stands`, async (t) => {
    const { configuration, notes } = await load(t, {
      'config.json': { Streams: [streamWith({ name: stream })] }, 'select_statements.json': `{ ${entry} }`,
    });
    assert.deepEqual(notes, []);
    assert.ok((configuration.streams[0]?.cores.length ?? 0) > 0);
  });
}

test('the page has an entry for each family, and a chain', () => {
  assert.deepEqual(ENTRIES.map(({ stream }) => stream),
    ['AICore', 'Module', 'Spleen', 'Lungs', 'Stubborn', 'Script', 'Lesions']);
});
