// What docs/morph.md and the README show can be configured so, and does what they say.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../config/configuration-directory.ts';
import { after } from '../dicom/morph/data-sets.ts';
import { ROOT } from '../rig/station.ts';

const page = await readFile(join(ROOT, 'docs', 'morph.md'), 'utf8');
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

/** The first example of JSON behind a text. */
function exampleBehind(text: string, start: string): string {
  const [, example = ''] = /```json\n([^]*?)```/.exec(text.slice(text.indexOf(start))) ?? [];
  return example;
}

test('the steps of docs/morph.md are legal, and change what they say', async (t) => {
  const { destinations } = JSON.parse(`{${exampleBehind(page, '# Changing what leaves')}}`) as {
    destinations: { research: { morph: object[] } };
  };
  await load(t, { 'config.json': { destinations, Streams: [{ name: 'R', trigger: {}, destination: ['research'] }] } });
  assert.deepEqual(
    after(destinations.research.morph, {
      InstitutionName: 'Elsewhere', StudyDescription: '', AccessionNumber: 'A1', SeriesDescription: 'AI_ lesions',
      Modality: 'MR', PatientComments: 'secret', '00290010 LO': 'SIEMENS CSA HEADER', '00291010 OB': 'header',
    }), {
      InstitutionName: 'Rigshospitalet', StudyDescription: 'MR', AccessionNumber: 'A1', StudyID: 'A1',
      SeriesDescription: 'lesions (AI)', Modality: 'MR', '(0029,0010)': 'SIEMENS CSA HEADER',
    });
});

test('the relay of the README can be configured so', async (t) => {
  const stream = JSON.parse(exampleBehind(readme, '## As a relay')) as object;
  const destinations = { pacs: { AETitle: 'PACS', IP: '10.0.0.1', PORT: 104 } };
  const { configuration } = await load(t, { 'config.json': { destinations, Streams: [stream] } });
  assert.equal(configuration.streams[0]?.relay, 'as-they-arrive');
});

test('every element and every kind of step that docs/morph.md names is one', () => {
  const types = [...page.matchAll(/^\| `(\w+)` \| (?:gives|the same|takes|brings|replaces)/gm)].map(([, type]) => type);
  assert.deepEqual(types, ['set', 'default', 'remove', 'copy', 'unicode', 'replace']);
  const elements = [...page.matchAll(/^\| `([^`]+)`[^|]*\| (?:by|a private|in)/gm)].map(([, element]) => element);
  assert.equal(elements.length, 5);
  for (const element of elements) {
    assert.deepEqual(after([{ type: 'remove', element }], { Modality: 'CT' }), { Modality: 'CT' });
  }
});
