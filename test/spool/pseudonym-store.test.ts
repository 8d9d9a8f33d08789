import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { StudyIdentity } from '../../src/dicom/deidentify/identity.ts';
import { DamagedFile } from '../../src/spool/damaged-file.ts';
import { Layout } from '../../src/spool/layout.ts';
import { derivePseudonymKeys, findIdentity, keepIdentity } from '../../src/spool/pseudonym-store.ts';
import { temporaryFolder } from '../rig/peers.ts';

const KEYS = derivePseudonymKeys(Buffer.from('a secret of sixteen bytes'));
const OUTSIDE = { StudyInstanceUID: '2.25.1', PatientID: 'PX' };
const identityOf = (uids: Record<string, string>): StudyIdentity => ({
  pseudonym: OUTSIDE, original: { PatientID: ['P1'], PatientName: ['Doe^Jane'] }, uids,
});

test('what is kept of a study is found again, all of it, by the UID that it has outside', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  await keepIdentity(layout, 'research', KEYS, identityOf({ '2.25.1': '1.2.3' }));
  await keepIdentity(layout, 'research', KEYS, identityOf({ '2.25.2': '1.2.4' }));
  const found = await findIdentity(layout, 'research', KEYS, OUTSIDE);
  assert.deepEqual(found?.uids, { '2.25.1': '1.2.3', '2.25.2': '1.2.4' });
  assert.deepEqual(found?.original, { PatientID: ['P1'], PatientName: ['Doe^Jane'] });
  assert.equal(await findIdentity(layout, 'other', KEYS, OUTSIDE), undefined);
  for (const UID of ['2.25.9', '../2.25.1', '..', '']) assert.equal(await findIdentity(layout, 'research', KEYS, { ...OUTSIDE, StudyInstanceUID: UID }), undefined);
});

test('of a study whose UID is none nothing is kept, and nothing is written anywhere', async (t) => {
  const folder = await temporaryFolder(t);
  for (const StudyInstanceUID of ['../../../elsewhere', '..', '', '1.2/3', '/1.2.3']) {
    const identity = { ...identityOf({ a: '1' }), pseudonym: { ...OUTSIDE, StudyInstanceUID } };
    await keepIdentity(new Layout(join(folder, 'data')), 'research', KEYS, identity);
    assert.deepEqual(await readdir(folder), [], StudyInstanceUID);
  }
});

test('the same is written once, in whatever order it came, by however many at once', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  const orders = [{ a: '1', b: '2' }, { b: '2', a: '1' }];
  await Promise.all(Array.from({ length: 8 }, (_, index) => keepIdentity(layout, 'p', KEYS, identityOf(orders[index % 2] ?? {}))));
  assert.equal((await readdir(layout.pseudonymsOfStudy('p', '2.25.1'))).length, 1);
});

test('a file that was changed, or written under another key, is not believed', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  await keepIdentity(layout, 'p', KEYS, identityOf({ a: '1' }));
  const other = derivePseudonymKeys(Buffer.from('another secret of bytes'));
  await assert.rejects(findIdentity(layout, 'p', other, OUTSIDE), DamagedFile);
  const folder = layout.pseudonymsOfStudy('p', '2.25.1');
  const path = join(folder, (await readdir(folder))[0] ?? '');
  const bytes = await readFile(path);
  assert.doesNotMatch(bytes.toString('latin1'), /Doe|P1|2\.25/);
  for (const damaged of [bytes.subarray(0, 10), Buffer.alloc(0), Buffer.concat([bytes.subarray(0, -1), Buffer.from([1])])]) {
    await writeFile(path, damaged);
    await assert.rejects(findIdentity(layout, 'p', KEYS, OUTSIDE), DamagedFile);
  }
});
