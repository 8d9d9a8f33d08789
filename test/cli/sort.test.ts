// dts sort as a person has it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathsBelow } from '../crash/data-tree.ts';
import { makeLab } from '../folder/lab.ts';
import { writeSmallStudy, type SmallStudy } from '../peers/small-study.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { makeStation, PROGRAM, runProgram, type TestStation } from '../rig/station.ts';
import { dtsOnTerminal } from './terminal.ts';

const TEMPLATE = '{PatientID}/{SeriesNumber:03}/{InstanceNumber:02}.dcm';
const SORTED = ['P-4711/001/01.dcm', 'P-4711/001/02.dcm', 'P-4711/002/01.dcm', 'P-4711/002/02.dcm'];

interface Desk {
  readonly station: TestStation;
  readonly study: SmallStudy;
  /** Not there yet. */
  readonly to: string;
}

async function makeDesk(t: TestContext, config: object = {}): Promise<Desk> {
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  await writeFile(join(study.folder, 'README.txt'), 'no DICOM');
  return { station: await makeStation(t, { config: { ...config } }), study, to: join(await temporaryFolder(t), 'sorted', 'here') };
}

async function filesIn(folder: string): Promise<string[]> {
  const paths = await pathsBelow(folder);
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
}

test('files come to lie where the template says, in silence, and the same again changes nothing', async (t) => {
  const { station, study, to } = await makeDesk(t);
  const words = ['sort', study.folder, '--to', to, '--template', TEMPLATE];
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(await station.dts(words), { status: 0, signal: null, stdout: '', stderr: '' });
    assert.deepEqual(await filesIn(to), SORTED);
  }
  for (const [index, file] of study.files.entries()) {
    assert.ok((await readFile(join(to, SORTED[index] ?? ''))).equals(await readFile(file)));
  }
});

test('what one of the same process number is at work on, on another host, is left alone', async (t) => {
  const { station, study, to } = await makeDesk(t);
  await mkdir(to, { recursive: true });
  const words = ['sort', study.folder, '--to', to, '--template', TEMPLATE];
  const script = 'mkdir -p "$0/.dts-placing-sort-$$-0/1"; exec "$@"';
  const { status, stderr } = await runProgram('sh', ['-c', script, to, process.execPath, PROGRAM, ...words,
    '--config', station.config]);
  assert.equal(status, 0, stderr);
  assert.ok((await readdir(to)).some((name) => name.startsWith('.dts-placing-sort-')));
});

test('a named pipe among the files is passed over, not waited for', { timeout: 30_000 }, async (t) => {
  const { station, study, to } = await makeDesk(t);
  assert.equal((await runProgram('mkfifo', [join(study.folder, 'pipe')])).status, 0);
  const { status, stderr } = await station.dts(['sort', study.folder, '--to', to, '--template', TEMPLATE, '-v']);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /pipe: skipped: is no file/);
  assert.deepEqual(await filesIn(to), SORTED);
});

test('a dry run prints the tree and changes nothing', async (t) => {
  const { station, study, to } = await makeDesk(t);
  const words = ['sort', study.folder, '--to', to, '--template', TEMPLATE, '--dry-run'];
  const { status, stdout } = await station.dts(words);
  assert.equal(status, 0);
  assert.equal(stdout, [
    `${to}/`, '  P-4711/', '    001/  2 files', '    002/  2 files', '4 files would be put in place, 1 skipped, no DICOM', '',
  ].join('\n'));
  const verbose = await station.dts([...words, '-v']);
  assert.match(verbose.stdout, /001\/ {2}2 files\n {6}01\.dcm\n {6}02\.dcm/);
  assert.match(verbose.stderr, /README\.txt: skipped: /);
  assert.deepEqual(await readdir(join(to, '..', '..')), []);
});

test('what a dry run says is what is done, also where names are taken and files are given twice', async (t) => {
  const { station, study, to } = await makeDesk(t);
  await mkdir(to, { recursive: true });
  await copyFile(study.files[0]!, join(study.folder, 'copy.dcm'));
  const words = ['sort', study.folder, study.files[0]!, '--to', to, '--template', '{Modality}/a.dcm', '--json'];
  const planned = JSON.parse((await station.dts([...words, '--dry-run'])).stdout);
  const done = JSON.parse((await station.dts(words)).stdout);
  assert.deepEqual(planned, done);
  assert.deepEqual(done.files.map(({ how, path }: { how: string; path: string }) => `${how} ${path}`), [
    'new CT/a.dcm', 'new CT/a_2.dcm', 'new CT/a_3.dcm', 'new CT/a_4.dcm', 'same CT/a.dcm',
  ]);
  assert.deepEqual(done.skipped.map(({ file }: { file: string }) => file), [join(study.folder, 'README.txt')]);
});

test('a folder destination of the configuration says how', async (t) => {
  const lab = await makeLab(t);
  const destinations = {
    lab: { type: 'folder', path: `${lab.root}/${TEMPLATE}`, ready: '.ready', directoryMode: '0770' },
    pacs: { AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 },
  };
  const { station, study, to } = await makeDesk(t, { destinations });
  assert.equal((await station.dts(['sort', study.folder, '--destination', 'lab'])).status, 0);
  assert.deepEqual(await filesIn(lab.root), [...SORTED, 'P-4711/001/.ready', 'P-4711/002/.ready'].sort());
  assert.equal((await stat(join(lab.root, 'P-4711'))).mode & 0o777, 0o770);
  assert.equal((await station.dts(['sort', study.folder, '--destination', 'lab', '--to', to, '--copies', 'symlink'])).status, 0);
  assert.equal((await filesIn(to)).length, 6);
  const { status, stderr } = await station.dts(['sort', study.folder, '--destination', 'pacs']);
  assert.equal(status, 64);
  assert.match(stderr, /there is no folder destination pacs \(there are: lab\)/);
});

const WRONG: readonly (readonly [words: readonly string[], said: RegExp])[] = [
  [['--to', 'x'], /give the folders and names by --template/],
  [['--template', '{PatientID}/'], /--to says below which folder/],
  [['--to', 'x', '--template', '{PatientId}/'], /wrong at character 2: .*did you mean PatientID\?/],
  [['--to', 'x', '--template', '/{PatientID}/'], /no \/ in front/],
  [['--to', 'x', '--template', '{PatientID}/', '--copies', 'hardlnk'], /did you mean hardlink\?/],
  [['--to', 'x', '--template', '{PatientID}/', '--on-collision', 'x'], /there is no way with collisions x/],
  [['--destination', 'x', '--template', '{PatientID}/'], /has a template of its own/],
];

for (const [words, said] of WRONG) {
  test(`dts sort ${words.join(' ')} is wrong use`, async (t) => {
    const { station, study } = await makeDesk(t);
    const { status, stderr } = await station.dts(['sort', study.folder, ...words]);
    assert.equal(status, 64, stderr);
    assert.match(stderr, said);
  });
}

test('no DICOM file at all, and a file that has no place, are told and end with 65', async (t) => {
  const { station, study, to } = await makeDesk(t);
  const nothing = await station.dts(['sort', join(study.folder, 'README.txt'), '--to', to, '--template', TEMPLATE]);
  assert.equal(nothing.status, 65);
  assert.match(nothing.stderr, /nothing to sort/);
  await mkdir(join(to, 'P-4711'), { recursive: true });
  await writeFile(join(to, 'P-4711', '001'), 'a file');
  const hindered = await station.dts(['sort', study.folder, '--to', to, '--template', TEMPLATE]);
  assert.equal(hindered.status, 65);
  assert.match(hindered.stderr, /1-1\.dcm: not put in place: something else than a folder or file stands where name 2/);
  assert.deepEqual(await filesIn(to), ['P-4711/001', ...SORTED.slice(2)]);
});

test('a folder that may not be written ends with 77', { skip: process.getuid?.() === 0 && 'root may write anywhere' },
  async (t) => {
    const { station, study, to } = await makeDesk(t);
    await mkdir(to, { recursive: true });
    await chmod(to, 0o500);
    const { status, stderr } = await station.dts(['sort', study.folder, '--to', to, '--template', TEMPLATE]);
    await chmod(to, 0o700);
    assert.equal(status, 77);
    assert.match(stderr, /may not write in/);
  });

test('a person at a terminal sees how far it is, and the sum', async (t) => {
  const { station, study, to } = await makeDesk(t);
  const { stdout } = await dtsOnTerminal(station, ['sort', study.folder, '--to', to, '--template', TEMPLATE]);
  assert.match(stdout, /\[#+\.*\] \d+\/4 put in place/);
  assert.match(stdout, /4 files put in place, 1 skipped, no DICOM/);
});

test('Ctrl-C ends it, with nothing half, and the same again does the rest', async (t) => {
  const { station, study, to } = await makeDesk(t);
  const many = join(await temporaryFolder(t), 'many');
  for (let index = 0; index < 40; index += 1) await writeSmallStudy(join(many, String(index)), { instances: 10 });
  const words = ['sort', many, study.folder, '--to', to, '--template', '{StudyInstanceUID}/'];
  const child = station.start(t, words);
  while (!(await pathsBelow(join(to, '..', '..'))).some((path) => path.endsWith('.dcm'))) assert.equal(child.exitCode, null);
  child.kill('SIGINT');
  const [status] = await once(child, 'close', { signal: AbortSignal.timeout(20_000) });
  const isOver = status === 0; // it was faster than the signal
  if (!isOver) assert.equal(status, 130);
  assert.deepEqual((await readdir(to)).filter((name) => name.startsWith('.')), []);
  assert.equal((await station.dts(words)).status, 0);
  assert.equal((await filesIn(to)).length, 404);
});
