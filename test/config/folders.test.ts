// What dts check says of folder destinations: each mistake at its place, to the character.

import assert from 'node:assert/strict';
import { before, test, type TestContext } from 'node:test';
import { loadDictionary, type Dictionary } from '../../src/dicom/dictionary.ts';
import { parsePathTemplate } from '../../src/dicom/template/path-template.ts';
import { rootOfPath } from '../../src/dicom/template/root-of-path.ts';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const lab = { type: 'folder', path: '/labs/neuro/{PatientID}/{InstanceNumber:05}.dcm' };

const CASES: Readonly<Record<string, readonly [keys: object, problem: RegExp]>> = {
  'no path': [{ path: undefined }, /path: missing key$/],
  'a relative path': [{ path: 'labs/{PatientID}/' }, /path: at character 1, a path begins with \//],
  'a keyword that does not exist': [{ path: '/labs/{PatientId}/' }, /path: at character 8, there is no DICOM keyword PatientId.*did you mean PatientID\?/],
  'a path without a value': [{ path: '/labs/a.dcm' }, /every instance would be this one file/],
  'a path that leads upwards': [{ path: '/labs/{PatientID}/../a' }, /\.\. cannot be a name here/],
  'a root that is the whole file system': [{ path: '/{PatientID}/a' }, /the folder in front of the first placeholder is missing/],
  'a ready file that leads away': [{ ready: '../{PatientID}' }, /ready: at character 1, \.\. cannot be a name/],
  'a ready file with an unknown format': [{ ready: '/{PatientID:big}.ready' }, /ready: at character 13, expected a format/],
  'rights that are none': [{ mode: '0888' }, /mode: wrong value \(found "0888", expected the rights of files/],
  'files that the station may not write': [{ mode: '0440' }, /expected the rights of files/],
  'folders that the station may not use': [{ directoryMode: '0660' }, /expected the rights of folders/],
  'an unknown way with collisions': [{ onCollision: 'overwrite' }, /expected "number", "keep", "replace", "fail"/],
  'an unknown way of copying': [{ copies: 'move' }, /expected "copy", "hardlink", "symlink"/],
  'a marker with a path': [{ mustContain: 'a/b' }, /mustContain: .*the name of a file or folder/],
  'a key of another kind': [{ AETitle: 'PACS' }, /unknown key/],
};

for (const [name, [keys, problem]] of Object.entries(CASES)) {
  test(`check refuses ${name}`, async (t) => {
    const problems = await problemsOf(t, { 'config.json': { Streams: [streamWith({ destination: [{ ...lab, ...keys }] })] } });
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', problem);
  });
}

test('a mistake in a path is told by its line and column', async (t) => {
  const text = `{"destinations": {\n  "lab": {"type": "folder", "path": "/labs/{PatientId}/"}}}`;
  const [problem = ''] = await problemsOf(t, { 'config.json': text });
  const column = (text.split('\n')[1]?.indexOf('PatientId') ?? 0) + 1;
  assert.match(problem, new RegExp(`^config\\.json:2:${column}: `), problem);
});

test('what is not given has a default, and a group makes folders pass it on', async (t) => {
  const [plain, shared] = await foldersOf(t, { ...lab }, { ...lab, path: '/labs/x/{PatientID}/', group: 'x' });
  assert.deepEqual([plain?.name, plain?.root, plain?.mode, plain?.directoryMode], ['neuro', '/labs/neuro', 0o640, 0o750]);
  assert.deepEqual([plain?.onCollision, plain?.copies, plain?.sidecar, plain?.ready], ['number', 'copy', false, undefined]);
  assert.deepEqual([shared?.name, shared?.directoryMode], ['x', 0o2750]);
});

test('what has no effect is told', async (t) => {
  const { notes } = await load(t, { 'config.json': { Streams: [
    streamWith({ destination: [{ ...lab, copies: 'hardlink', mode: '0660' }] }),
  ] } });
  assert.match(notes.map(({ path, message }) => `${path} ${message}`).join('\n'), /\.mode not used for a hardlink/);
});

async function foldersOf(t: TestContext, ...destination: readonly object[]) {
  const { configuration } = await load(t, { 'config.json': { Streams: [streamWith({ destination })] } });
  return configuration.destinations.filter((one) => one.type === 'folder');
}

let dictionary: Dictionary;
before(async () => { dictionary = await loadDictionary(); });

test('the root that is told without the dictionary is the one that is used', () => {
  const paths = [
    '/labs/neuro/{PatientID}/a', '/labs/sub-{PatientID}/', '/labs/inbox/', '/labs/{{inbox}}/{PatientID}', '/a/{{{PatientID}}}/x',
    '/a}}/{{/{PatientID}/x', '/labs/{PatientID|\'a{b\'}/', '/labs/x{{y{PatientID}',
  ];
  for (const path of paths) {
    const parsed = parsePathTemplate(path, dictionary);
    assert.ok('root' in parsed, `${path}: ${JSON.stringify(parsed)}`);
    assert.equal(rootOfPath(path), parsed.root, path);
  }
});
