// dts deidentify, the real command: nothing of a patient is left anywhere in what it puts out.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findConfidentialityRow } from '../../src/dicom/deidentify/confidentiality-table.ts';
import type { DataElement, DataSet } from '../../src/dicom/tree/data-set.ts';
import { encodeInstance } from '../../src/dicom/tree/encode-instance.ts';
import { bytesElement, dataSetOf, dictionary, sequence, textElement, treeOf } from '../dicom/deidentify/profiles.ts';
import { realObjects, withoutRealObjects } from '../dicom/real-objects.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { makeStation, type TestStation } from '../rig/station.ts';

const ALL = [
  'retain-safe-private', 'retain-patient-characteristics', 'retain-modified-dates', 'clean-descriptors',
  'clean-structured-content', 'clean-graphics',
];

async function stationWithKey(t: TestContext, profiles: Record<string, object> = {}): Promise<TestStation> {
  const station = await makeStation(t);
  const key = join(station.root, 'key');
  await writeFile(key, 'a secret of this test alone\n', { mode: 0o600 });
  await station.configure({ config: { deidentification: { key: { file: key }, profiles } } });
  return station;
}

async function writeInstance(path: string, ...elements: readonly DataElement[]): Promise<string> {
  const tree = treeOf(...elements);
  const pieces: Buffer[] = [];
  const fileMeta = { ...tree.fileMeta, SourceApplicationEntityTitle: 'QUILLFEATHER_WS' };
  for await (const piece of encodeInstance({ ...tree, fileMeta }, tree.TransferSyntaxUID)) pieces.push(piece);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.concat(pieces));
  return path;
}

/** Every file below a folder, with its path. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const PERSON = {
  name: 'Quillfeather^Jane Hortensia', id: 'MRN-471199', accession: 'ACC-887766', born: '19450312', studied: '20240229',
  institution: 'Saint Exupery Clinic', physician: 'Vonderhaar^Otto', address: 'Zeppelinweg 17', phone: '+47 55 97 50 00',
  study: '1.2.826.0.1.471199.1',
};

/** Whoever finds one of these in the output has found her. As they may be written, in lower case. */
const TELLING = [
  'quillfeather', 'hortensia', '471199', '887766', '19450312', '1945-03-12', '12.03.1945', '12.3.1945', '03/12/1945', '12.03.45',
  '20240229', '2024-02-29', '29.2.2024', 'exupery', 'vonderhaar', 'zeppelinweg', '55 97 50 00', '1.2.826.0.1.471199.1',
];

const SAYINGS = [
  'Quillfeather', 'HORTENSIA  quillfeather', 'mrn 471199', 'no. ACC-887766', 'born 12.03.1945', '1945-03-12', '03/12/1945',
  'Saint Exupery Clinic', 'asked by Otto Vonderhaar', 'seen 29.2.2024', 'Zeppelinweg 17, +47 55 97 50 00',
];

/** Elements that the table does not mention, of every VR that a text may hide in. */
function unlistedElements(): DataElement[] {
  const vrs = ['AE', 'AS', 'CS', 'DA', 'DT', 'LO', 'LT', 'PN', 'SH', 'ST', 'TM', 'UC', 'UN', 'UR', 'UT', 'OB'];
  const found = new Map<string, number[]>(vrs.map((vr) => [vr, []]));
  for (const keyword of dictionary.keywords()) {
    const tag = dictionary.tagOf(keyword) ?? 0;
    const tags = found.get(dictionary.vrOf(tag) ?? '');
    const isMeant = tag >>> 16 > 0x0008 && tag >>> 16 < 0x7fe0 && (tag & 0xffff) !== 0 && findConfidentialityRow(tag) === undefined;
    if (tags !== undefined && isMeant && tags.length < SAYINGS.length) tags.push(tag);
  }
  const empty = [...found].filter(([, tags]) => tags.length === 0).map(([vr]) => vr);
  assert.ok(empty.length <= 3, empty.join());
  return [...found].flatMap(([vr, tags]) => tags.map((tag, index) => textElement(tag, vr, SAYINGS[index] ?? '')));
}

/** An instance that says whom it is of wherever anything can be said. */
function stuffed(): DataElement[] {
  const unlisted = unlistedElements();
  const descriptors = [0x00081030, 0x0008103e, 0x00181030, 0x00204000, 0x00104000, 0x00102180, 0x00321060]
    .map((tag, index) => textElement(tag, 'LO', SAYINGS[index] ?? ''));
  const privates = [
    textElement(0x00190010, 'LO', 'SIEMENS MR HEADER'), textElement(0x0019100c, 'IS', '1000'), textElement(0x0019100d, 'CS', 'QUILLFEATHER'),
    bytesElement(0x00191027, 'OB', Buffer.from('\0\x01Hortensia Quillfeather', 'utf16le')),
    textElement(0x00290010, 'LO', 'Quillfeather Systems'), textElement(0x00291001, 'UT', SAYINGS.join('; ')),
  ];
  const own: DataSet = dataSetOf(
    ...unlisted, ...descriptors, ...privates, textElement(0x00100010, 'PN', PERSON.name),
    textElement(0x0008002a, 'DT', `${PERSON.studied}101112`), textElement(0x00081155, 'UI', PERSON.study),
  );
  const content = dataSetOf(
    textElement(0x0040a040, 'CS', 'TEXT'), textElement(0x0040a160, 'UT', SAYINGS.join('. ')),
    sequence(0x0040a043, dataSetOf(textElement(0x00080104, 'LO', 'said of Quillfeather'))),
  );
  return [
    ...own.values(), textElement(0x00100020, 'LO', PERSON.id), textElement(0x00080050, 'SH', PERSON.accession),
    textElement(0x00100030, 'DA', PERSON.born), textElement(0x00080020, 'DA', PERSON.studied), textElement(0x00080080, 'LO', PERSON.institution),
    textElement(0x00080090, 'PN', PERSON.physician), textElement(0x00101040, 'LO', PERSON.address),
    textElement(0x00102154, 'SH', PERSON.phone), textElement(0x0020000d, 'UI', PERSON.study),
    sequence(0x00081199, own, dataSetOf(sequence(0x00081199, own, dataSetOf(sequence(0x00400275, own))))),
    sequence(0x0040a730, content), sequence(0x04000561, own), bytesElement(0x60003000, 'OW', Buffer.from('Quillfeather')),
  ];
}

/** Every telling text found in bytes, in any of the encodings that it may have. */
function findTelling(bytes: Buffer): string[] {
  const readings = ['latin1', 'utf8', 'utf16le'].map((encoding) => bytes.toString(encoding as BufferEncoding).toLowerCase());
  const swapped = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
  const shifted = bytes.subarray(1).toString('utf16le').toLowerCase();
  const all = [...readings, swapped.toString('utf16le').toLowerCase(), shifted];
  return TELLING.filter((text) => all.some((reading) => reading.includes(text)));
}

for (const [what, options] of [['the basic profile', []], ['every option that cleans', ALL]] as const) {
  test(`nothing of the patient is found in any byte of the output: ${what}`, async (t) => {
    const station = await stationWithKey(t, { tried: { options, wayBack: true } });
    const folder = await temporaryFolder(t);
    const file = await writeInstance(join(folder, 'Quillfeather Jane', 'MRN-471199 19450312.dcm'), ...stuffed());
    assert.ok(findTelling(await readFile(file)).length >= TELLING.length - 3); // or nothing below would prove anything
    const out = join(station.root, 'out');
    const words = ['deidentify', dirname(file), '--profile', 'tried', '--to', out, '-v', '--json'];
    const { status, stdout, stderr } = await station.dts(words);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(JSON.parse(stdout).written, 1);
    const written = [...await filesBelow(out), ...await filesBelow(station.layout.datadir)];
    assert.ok(written.some((path) => path.endsWith('.dcm')) && written.some((path) => path.endsWith('report.json')));
    assert.ok(written.some((path) => path.includes('/pseudonyms/')));
    for (const path of written) {
      assert.deepEqual(findTelling(await readFile(path)), [], path);
      assert.deepEqual(findTelling(Buffer.from(path)), []);
    }
    assert.deepEqual(findTelling(Buffer.from(stdout + stderr)), []);
  });
}

test('two runs, in two processes and two folders, make the same of the same files', async (t) => {
  const station = await stationWithKey(t);
  const folder = await temporaryFolder(t);
  await writeInstance(join(folder, 'a.dcm'), textElement(0x00080018, 'UI', '1.2.9'));
  await writeInstance(join(folder, 'b.dcm'), textElement(0x00080018, 'UI', '1.2.10'), textElement(0x0020000d, 'UI', '1.2.77'));
  const outs = [join(station.root, 'one'), join(station.root, 'two')];
  for (const out of outs) assert.equal((await station.dts(['deidentify', folder, '--to', out])).status, 0);
  const [one = [], two = []] = await Promise.all(outs.map(async (out) => (await filesBelow(out)).map((path) => path.slice(out.length)).sort()));
  assert.deepEqual(one, two);
  assert.equal(one.length, 3);
  for (const path of one) assert.ok((await readFile(outs[0] + path)).equals(await readFile(outs[1] + path)), path);
});

test('what may show its patient is not written until somebody has looked', async (t) => {
  const station = await stationWithKey(t);
  const folder = await temporaryFolder(t);
  await writeInstance(join(folder, 'us.dcm'), textElement(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.6.1'));
  const out = join(station.root, 'out');
  const held = await station.dts(['deidentify', folder, '--to', out]);
  assert.equal(held.status, 65);
  assert.match(held.stderr, /us\.dcm: held: it may show whom it is of \(ultrasound\); look at it, then --looked writes it/);
  assert.equal((await filesBelow(out)).filter((path) => path.endsWith('.dcm')).length, 0);
  assert.equal((await station.dts(['deidentify', folder, '--to', out, '--looked'])).status, 0);
  assert.equal((await filesBelow(out)).filter((path) => path.endsWith('.dcm')).length, 1);
});

test('nothing is written among the input, and no original value into what is given away', async (t) => {
  const station = await stationWithKey(t);
  const folder = await temporaryFolder(t);
  await writeInstance(join(folder, 'a.dcm'));
  const out = join(station.root, 'out');
  for (const to of [folder, join(folder, 'new', 'out'), dirname(folder)]) {
    const { status, stderr } = await station.dts(['deidentify', folder, '--to', to]);
    assert.equal(status, 64, to);
    assert.match(stderr, /lies among the input/);
  }
  const inside = await station.dts(['deidentify', folder, '--to', out, '--with-values', join(out, 'values.json')]);
  assert.equal(inside.status, 64);
  assert.match(inside.stderr, /original values do not belong beside what is given away/);
  const values = join(station.root, 'values.json');
  assert.equal((await station.dts(['deidentify', folder, '--to', out, '--with-values', values])).status, 0);
  assert.equal((await stat(values)).mode & 0o777, 0o600);
  assert.match(await readFile(values, 'utf8'), /"original":"Doe\^Jane"/);
  assert.doesNotMatch(await readFile(join(out, 'report.json'), 'utf8'), /Doe|original|a\.dcm/);
});

test('a dry run writes nothing and says what would be changed', async (t) => {
  const station = await stationWithKey(t);
  const folder = await temporaryFolder(t);
  await writeInstance(join(folder, 'a.dcm'));
  const report = join(station.root, 'report.json');
  const { status, stdout } = await station.dts(['deidentify', folder, '--dry-run', '--report', report]);
  assert.deepEqual([status, stdout], [0, '1 of 1 files would be written\n']);
  const { instances, profile, table } = JSON.parse(await readFile(report, 'utf8'));
  assert.deepEqual([profile, table, instances.length], ['basic', 'DICOM PS3.15 2026c, Table E.1-1', 1]);
  assert.ok(instances[0].changes.some((change: { keyword: string }) => change.keyword === 'PatientName'));
});

test('without a key, with a short one or an unknown profile nothing is de-identified, and why is said', async (t) => {
  const bare = await makeStation(t);
  const folder = await temporaryFolder(t);
  await writeInstance(join(folder, 'a.dcm'));
  const none = await bare.dts(['deidentify', folder, '--to', join(bare.root, 'out')]);
  assert.equal(none.status, 64);
  const station = await stationWithKey(t);
  assert.match((await station.dts(['deidentify', folder, '--profile', 'basik', '--dry-run'])).stderr, /did you mean basic\?/);
  await writeFile(join(station.root, 'key'), 'short');
  const short = await station.dts(['deidentify', folder, '--dry-run']);
  assert.equal(short.status, 78);
  assert.match(short.stderr, /the key has 5 bytes; it needs 16 at least/);
  await chmod(join(station.root, 'key'), 0o644);
  const { stdout } = await station.dts(['check', '--offline']);
  assert.match(stdout, /error +de-identification: the key .* can be used by others than its owner \(mode 644\)/);
  assert.match(stdout, /error +de-identification: profile basic: the key has 5 bytes/);
});

test('the key stands in no listing, also where somebody wrote it into the configuration', async (t) => {
  const station = await makeStation(t);
  await station.configure({ config: { deidentification: { key: 'written out by mistake' } } });
  const { status, stdout } = await station.dts(['check', '--offline']);
  assert.equal(status, 78);
  assert.doesNotMatch(stdout, /by mistake/);
});

const validator = spawnSync('dciodvfy', [], { encoding: 'utf8' }).error === undefined;

test('real objects are as valid afterwards as they were, to dciodvfy', {
  skip: withoutRealObjects || (validator ? false : 'dicom3tools is not installed'),
}, async (t) => {
  const station = await stationWithKey(t, { all: { options: ALL } });
  const errorsOf = (path: string): Set<string> => {
    const { stderr } = spawnSync('dciodvfy', [path], { encoding: 'latin1' });
    return new Set(stderr.split('\n').filter((line) => line.startsWith('Error')).map((line) => line.replace(/=? ?<[^>]*>.*/, '').replace(/ReferencedSOPInstanceUID .*/, 'ReferencedSOPInstanceUID')));
  };
  for (const profile of ['basic', 'all']) {
    for (const [number, path] of realObjects().entries()) {
      const out = join(station.root, `${profile} ${number}`);
      await station.dts(['deidentify', path, '--to', out, '--profile', profile, '--looked']);
      const [made] = (await filesBelow(out)).filter((file) => file.endsWith('.dcm'));
      if (made === undefined) continue; // without UIDs of its own
      const before = errorsOf(path);
      assert.deepEqual([...errorsOf(made)].filter((error) => !before.has(error)), [], `${profile}: ${path}`);
    }
  }
});
