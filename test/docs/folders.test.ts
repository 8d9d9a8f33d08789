// What docs/folders.md shows can be written so.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDictionary } from '../../src/dicom/dictionary.ts';
import { parsePathTemplate, parseReadyPath } from '../../src/dicom/template/path-template.ts';
import { parseTemplate } from '../../src/dicom/template/parse-template.ts';
import { ROOT } from '../rig/station.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'folders.md'), 'utf8');

test('every path and every ready file of the page can be read', async () => {
  const dictionary = await loadDictionary();
  const paths = [...PAGE.matchAll(/"path": "([^"]+)"/g)].map(([, path = '']) => path);
  assert.ok(paths.length >= 6);
  for (const path of paths) assert.ok('names' in parsePathTemplate(path, dictionary), path);
  for (const [, path = ''] of PAGE.matchAll(/"ready": "([^"]+)"/g)) assert.ok('names' in parseReadyPath(path, dictionary), path);
});

test('everything that the page has in braces can be read', async () => {
  const dictionary = await loadDictionary();
  const shown = [...PAGE.matchAll(/`(\{[A-Z(][^`]*\})`/g)].map(([, text = '']) => text.replaceAll('\\|', '|'));
  assert.ok(shown.length >= 15);
  for (const text of shown) assert.ok('parts' in parseTemplate(text, dictionary), text);
});
