import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { FILE_NAMES } from '../../src/config/finding.ts';
import { findProgramRoot } from '../../src/config/program-root.ts';
import { makeStatement } from '../../src/conformance/make-statement.ts';
import { DESTINATION, DICOMWEB_DESTINATION, keysOf } from '../../src/conformance/parameters.ts';
import { IMPLEMENTATION_VERSION_NAME } from '../../src/dicom/implementation.ts';
import { STORAGE_SOP_CLASSES } from '../../src/dicom/sop-classes.ts';
import { storeStatus } from '../../src/dicom/status.ts';
import { TRANSFER_SYNTAXES } from '../../src/dicom/transfer-syntaxes.ts';
import { ABORT_REASON, FAULTS } from '../../src/network/abort-reason.ts';
import { ABORT_REASONS, REJECTION_REASONS } from '../../src/network/association-failure.ts';
import { REJECTIONS } from '../../src/network/rejection.ts';
import { STORE_REFUSALS } from '../../src/network/store-refusals.ts';

const toWriteIt = 'run: node --import tsx src/conformance/write.ts';
const page = await readFile(join(findProgramRoot(), 'docs', 'CONFORMANCE.md'), 'utf8');

test('docs/CONFORMANCE.md is that of the tables', () => {
  assert.equal(page, makeStatement(), toWriteIt);
});

test('it lists every SOP Class that is taken and every transfer syntax whose name is known', () => {
  for (const UID of [...STORAGE_SOP_CLASSES.keys(), ...TRANSFER_SYNTAXES.keys()]) {
    assert.ok(page.includes(`| \`${UID}\` |`), UID);
  }
});

test('it tells every status, rejection and abort that a device can get, in the words of the standard', () => {
  for (const { status, because } of Object.values(STORE_REFUSALS)) {
    assert.notEqual(storeStatus(status).section, 'none', because);
    assert.ok(page.includes(because), because);
  }
  for (const { codes: { source, reason }, when } of Object.values(REJECTIONS)) {
    assert.ok(REJECTION_REASONS[source]?.[reason] !== undefined, when);
    assert.ok(page.includes(`| ${when} |`), when);
  }
  for (const reason of Object.values(ABORT_REASON)) assert.ok(ABORT_REASONS[reason] !== undefined, String(reason));
  for (const { thePeer } of Object.values(FAULTS)) assert.ok(page.includes(thePeer), thePeer);
});

test('every key of the configuration that it names is one', () => {
  const keys = new Set(FILE_NAMES.flatMap(keysOf).flatMap(({ path }) => {
    return [path, path.replace(`${DESTINATION}.`, ''), path.replace(`${DICOMWEB_DESTINATION}.`, '')];
  }));
  const ownWords = page.replace(/#### 4\.4\.2 [^]*?(?=\n## )/, ''); // the parameters say what the schema says
  const named = [...ownWords.matchAll(/`([A-Za-z_]\w*(?:\.\w+)*)`/g)].map(([, name = '']) => name);
  const notKeys = new Set([IMPLEMENTATION_VERSION_NAME]);
  assert.ok(named.length > 30, `${named.length}`);
  assert.deepEqual(named.filter((name) => !keys.has(name) && !notKeys.has(name)), []);
});

test('it has the parts of the outline, each with something in it', () => {
  const parts = page.split(/^## /m).slice(1).map((part) => part.slice(0, part.indexOf('\n')));
  assert.deepEqual(parts, ['1 Overview', '2 Contents', '3 Introduction', '4 Networking', '5 Media interchange',
    '6 Character sets', '7 Security', '8 Annexes']);
  const sections = page.split(/^#{5} /m).slice(1);
  assert.deepEqual(sections.filter((section) => section.trim().split('\n').length < 3), []);
  assert.doesNotMatch(page, /undefined|\[object|NaN/);
});
