// Text from the network that wants to be a path, a command or an order to a terminal: through the receiver, the scan
// and a job, looking at every name that comes of it.

import assert from 'node:assert/strict';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { decodeFromPath } from '../../src/dicom/path-encoding.ts';
import { CANNOT_UNDERSTAND, SUCCESS } from '../../src/dicom/status.ts';
import { LONGEST_UID } from '../../src/dicom/uid.ts';
import { parseMarkName } from '../../src/spool/mark-name.ts';
import { associateRequest, CT_IMAGE_STORAGE, RawScu } from '../rig/raw-scu.ts';
import { filesBelow, startReceiver, type RunningReceiver } from '../rig/receiver.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { encodeDataset, EXPLICIT, SERIES, STUDY } from './datasets.ts';

const HOSTILE_TEXTS = [
  '..', '.', '../../../../etc/passwd', '/etc/passwd', 'C:\\..\\x', '', '   ', '%2e%2e%2f', '-rf ~', '$(touch x)`x`;*',
  'nul\0inside', 'line\nfeed\r\n', '\x1b[2J\x1b]0;title\x07', '\x9b5n\x7f', '\xff\xfe\xc3\x28', 'x'.repeat(70),
  'y'.repeat(10_000), `${'../'.repeat(3000)}x`, '{"a":1}<script>', '@PATH@ {input} {}',
];

/** Characters that no name on disk has, whatever came in: those that end a path or a line, or that a terminal obeys. */
const NAME = /^[^/\p{Cc}\p{Cf}\u2028\u2029]{1,255}$/u;
/** Not even on screens; lines end where the station ends them. */
const OBEYED = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

interface Entry {
  readonly path: string;
  readonly isLink: boolean;
}

async function entriesBelow(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => ({ path: join(entry.parentPath, entry.name), isLink: entry.isSymbolicLink() }));
}

/** Harmless names, and links that stay within the data directory. */
async function assertTreeIsSafe({ root, layout }: TestStation): Promise<void> {
  assert.deepEqual((await readdir(root)).sort(), ['config', 'data']);
  for (const { path, isLink } of await entriesBelow(layout.datadir)) {
    assert.match(basename(path), NAME);
    if (isLink) assert.ok(!relative(layout.datadir, await realpath(path)).startsWith('..'), `${path} leads elsewhere`);
  }
}

const SCRIPT = 'ls -R "$1" > /dev/null && echo "[]" > "$2/output.json"';
const FILES = {
  config: {
    limits: { minFreeBytes: 0, minFreePercent: 0, jobs: 8 },
    Streams: [{ name: 'AI', trigger: {}, 'trigger-study': [{ type: 'job' }] }],
  },
  statements: { AI: { executor: 'process', command: ['/bin/sh', '-c', SCRIPT, 'core', '{}', '{output}'] } },
};

/** Advances all jobs to their ends. */
async function finishJobs(station: TestStation, count: number): Promise<string[]> {
  const { layout } = station;
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const ran = await station.dts(['run-one-job', '--all']);
    assert.ok(ran.status === 0 || ran.status === 75, ran.stderr);
    const done = await readdir(layout.jobsIn('done')).catch(() => []);
    if (done.length === count) return done.map((JobId) => layout.job('done', JobId));
    assert.ok(performance.now() < giveUpAt, `${done.length} of ${count} jobs are done: ${ran.stderr}`);
  }
}

test('a patient of any name and ID goes through reception, scan and job, and reaches no path raw', async (t) => {
  const station = await makeStation(t, FILES);
  const receiver = await startReceiver(t, { datadir: station.layout.datadir });
  const scu = await RawScu.associate(receiver.port);
  for (const [index, text] of HOSTILE_TEXTS.entries()) {
    const StudyInstanceUID = `${STUDY}.${index}`;
    const SOPInstanceUID = `${StudyInstanceUID}.1.1`;
    const values = { StudyInstanceUID, SeriesInstanceUID: `${StudyInstanceUID}.1`, SOPInstanceUID };
    const dataset = encodeDataset({ ...values, PatientID: text, PatientName: text });
    assert.equal((await scu.store(SOPInstanceUID, dataset)).Status, SUCCESS, JSON.stringify(text));
  }
  await scu.release();
  await receiver.stop();
  const scanned = await station.dts(['scan-arrived', '-v']);
  assert.equal(scanned.status, 0, scanned.stderr);
  const jobs = await finishJobs(station, HOSTILE_TEXTS.length);

  await assertTreeIsSafe(station);
  const patients = await readdir(station.layout.participants);
  const wanted = HOSTILE_TEXTS.map(shown);
  assert.equal(patients.length, new Set(wanted).size);
  for (const name of patients) {
    assert.match(name, /^[A-Za-z0-9_%~-][A-Za-z0-9._%~-]*$/);
    const isCut = name.includes('%~');
    assert.ok(isCut || wanted.includes(decodeFromPath(name)), name);
  }
  for (const job of jobs) await assertInputIsWhole(job);
  const show = ['jobs', 'show', basename(jobs[0] ?? '')];
  for (const words of [['status'], ['jobs'], ['log'], ['explain', `${STUDY}.1`], show]) {
    const { stdout, stderr } = await station.dts(words);
    assert.doesNotMatch(stdout + stderr, OBEYED, words.join(' '));
  }
});

/** What a PatientID says to who reads it: its first value, without padding. */
function firstValue(text: string): string {
  const [value = ''] = text.split('\\');
  return value.replace(/^[ \0]+/, '').replace(/[ \0]+$/, '');
}

/** The same with what begins no escape sequence of a character set made visible. */
function shown(text: string): string {
  return firstValue(text).replaceAll('\x1b', '\ufffd');
}

/** descr.json holds the patient as he was sent, and every link of the view leads to the input. */
async function assertInputIsWhole(job: string): Promise<void> {
  const data = join(job, 'data');
  const [series] = JSON.parse(await readFile(join(data, 'descr.json'), 'utf8'));
  assert.ok(HOSTILE_TEXTS.map(shown).includes(series.PatientID), series.PatientID);
  assert.equal(series.PatientName, series.PatientID);
  const links = (await entriesBelow(join(data, 'input_view_dicom_series'))).filter(({ isLink }) => isLink);
  assert.equal(links.length, 1);
  assert.equal(dirname(await realpath(links[0]?.path ?? '')), await realpath(join(data, 'input')));
  assert.equal(relative(data, dirname(links[0]?.path ?? '')), relative('/data', series.InputViewDICOMSeriesPath));
  assert.ok((await lstat(join(data, 'descr.json'))).isFile());
}

/** What may stand in the sixteen bytes of an AE title and should not. */
const HOSTILE_TITLES = [
  '../../../x', '/etc/passwd', '.', '..', '', 'a b', '%2e%2e', 'nul\0nul', 'line\nfeed', '\x1b[2J\x07', '\x9b5n',
  '\xff'.repeat(8),   '/'.repeat(16), '*'.repeat(16), '$(id)', 'scp_1.2.3 4.5', ' lead', '\0'.repeat(16),
];

test('an AE title of any bytes marks its study under one safe name, and is what the mark says', async (t) => {
  const station = await makeStation(t);
  const receiver = await startReceiver(t, { datadir: station.layout.datadir });
  for (const [index, title] of HOSTILE_TITLES.entries()) {
    const titles = index % 2 === 0 ? { callingAETitle: title } : { calledAETitle: title };
    const scu = await RawScu.associate(receiver.port, titles);
    const SOPInstanceUID = `${SERIES}.${index}`;
    assert.equal((await scu.store(SOPInstanceUID, encodeDataset({ SOPInstanceUID }))).Status, SUCCESS);
    await scu.release();
  }
  const ended = await receiver.happened('association-ended', HOSTILE_TITLES.length);
  await receiver.stop();
  await assertTreeIsSafe(station);
  const marks = (await readdir(receiver.layout.arrived)).map(parseMarkName);
  for (const { callingAETitle, calledAETitle } of ended) {
    const own = marks.filter((mark) => mark?.callingAETitle === callingAETitle && mark.calledAETitle === calledAETitle);
    assert.equal(own.length, 2, `marks of ${JSON.stringify(callingAETitle)}`); // of the study and of the series
  }
  assert.ok(!marks.includes(undefined));
  const scanned = await station.dts(['scan-arrived', '-v']);
  assert.equal(scanned.status, 0);
  assert.doesNotMatch(scanned.stderr, OBEYED);
});

const NO_UIDS = [
  ...HOSTILE_TEXTS.filter((text) => !/^[ \0]*$/.test(text)), '1..2', '.1.2', '1.2.', '1.2/3', '1.2\n', '1.2\\..',
  '1'.repeat(65),   '1.'.repeat(5000), '1 2', '１.２', 'one.two', '1.2.3;', '0x1.2', '-1.2', '1,2',
];

async function assertRefused(receiver: RunningReceiver, SOPInstanceUID: string, dataset: Buffer): Promise<void> {
  const scu = await RawScu.associate(receiver.port);
  const answer = await scu.store(SOPInstanceUID, dataset);
  assert.equal(answer.Status, CANNOT_UNDERSTAND, JSON.stringify(SOPInstanceUID.slice(0, 100)));
  await scu.release();
}

test('what is no UID is refused wherever it stands, and leaves neither file nor mark', async (t) => {
  const receiver = await startReceiver(t);
  for (const text of NO_UIDS.filter((one) => firstValue(one) === one.trim() && !one.includes('\\'))) {
    await assertRefused(receiver, text, encodeDataset({ SOPInstanceUID: text }));
    await assertRefused(receiver, `${SERIES}.1`, encodeDataset({ StudyInstanceUID: text }));
    await assertRefused(receiver, `${SERIES}.1`, encodeDataset({ SeriesInstanceUID: text }));
  }
  assert.deepEqual(await filesBelow(join(receiver.layout.archive, '..')), []);
  for (const event of receiver.events) {
    if (event.event === 'instance-refused') assert.ok(event.SOPInstanceUID.length <= LONGEST_UID);
  }
});

test('the first of two UIDs in one element is the one that counts, in the path as in the answer', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  const StudyInstanceUID = `${STUDY}\\../../x`;
  assert.equal((await scu.store(`${SERIES}.1`, encodeDataset({ StudyInstanceUID }))).Status, SUCCESS);
  assert.deepEqual(await filesBelow(receiver.layout.archive), [`scp_${STUDY}/${SERIES}.1.dcm`]);
});

test('a transfer syntax that is no UID is not taken, so that it stands in no file', async (t) => {
  const receiver = await startReceiver(t);
  for (const syntax of [`${EXPLICIT}/..`, '\x1b[2J', `${EXPLICIT}\n`, '1.'.repeat(3000)]) {
    const scu = await RawScu.connect(receiver.port);
    scu.send(associateRequest({ contexts: [{ id: 1, transferSyntaxes: [syntax] }] }));
    const heard = await scu.next();
    assert.ok(heard.kind === 'pdu' && heard.type === 2);
    const context = heard.bytes.indexOf(Buffer.from([0x21, 0]), 74);
    assert.equal(heard.bytes.readUInt8(context + 6), 4, 'transfer syntaxes not supported');
    scu.socket.destroy();
  }
});

test('an application context or abstract syntax of any bytes costs the log no more than a usual line', async (t) => {
  const receiver = await startReceiver(t);
  const answers = [
    { applicationContext: `\x1b[2J${'x'.repeat(60_000)}` },
    { contexts: [{ id: 1, abstractSyntax: 'y'.repeat(60_000) }] },
    { contexts: [{ id: 1, abstractSyntax: CT_IMAGE_STORAGE, transferSyntaxes: ['z'.repeat(60_000)] }] },
  ];
  for (const request of answers) {
    const scu = await RawScu.connect(receiver.port);
    scu.send(associateRequest(request));
    assert.equal((await scu.next()).kind, 'pdu');
    scu.socket.destroy();
  }
  await receiver.happened('association-ended', 2);
  for (const line of receiver.events.map((event) => JSON.stringify(event))) {
    assert.ok(line.length < 500, line.slice(0, 200));
  }
});
