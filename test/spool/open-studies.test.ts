import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { test, type TestContext } from 'node:test';
import { ownIdentity, type ProcessIdentity } from '../../src/host/process-identity.ts';
import { Layout } from '../../src/spool/layout.ts';
import { findOpenStudies, OpenStudies, removeOldOpenStudies } from '../../src/spool/open-studies.ts';
import { formatProcessName, parseProcessName } from '../../src/spool/process-name.ts';
import { temporaryFolder } from '../rig/peers.ts';

const makeLayout = async (t: TestContext): Promise<Layout> => new Layout(await temporaryFolder(t));
const openStudies = (layout: Layout): string[] => [...findOpenStudies(layout)].sort();

test('a study is open from its first instance until its association ends', async (t) => {
  const layout = await makeLayout(t);
  const notes = new OpenStudies(layout);
  const [one, other] = [{}, {}];
  assert.deepEqual(openStudies(layout), []);
  for (const association of [one, other, one]) notes.note(association, '1.2.3');
  assert.equal((await readdir(layout.openStudies)).length, 2);
  notes.end(one);
  assert.deepEqual(openStudies(layout), ['1.2.3']);
  notes.end(other);
  notes.end(other);
  assert.deepEqual(await readdir(layout.openStudies), []);
});

test('an association that goes on to another study has done with the one before', async (t) => {
  const layout = await makeLayout(t);
  const notes = new OpenStudies(layout);
  const association = {};
  for (const study of ['1.1', '1.2', '1.3', '1.2']) notes.note(association, study);
  assert.deepEqual(openStudies(layout), ['1.2']);
  assert.equal((await readdir(layout.openStudies)).length, 1);
});

test('an instance that was under way when its association ended opens nothing', async (t) => {
  const layout = await makeLayout(t);
  const notes = new OpenStudies(layout);
  const association = {};
  notes.end(association);
  notes.note(association, '1.2.3');
  assert.deepEqual(openStudies(layout), []);
});

test('notes and their folder may be tidied away under a receiver', async (t) => {
  const layout = await makeLayout(t);
  const notes = new OpenStudies(layout);
  const association = {};
  notes.note(association, '1.1');
  await rm(layout.openStudies, { recursive: true });
  notes.note(association, '1.2');
  assert.deepEqual(openStudies(layout), ['1.2']);
  await rm(layout.openStudies, { recursive: true });
  notes.end(association);
});

test('what a dead receiver of this host left counts for nothing; what another host\'s left may count', async (t) => {
  const layout = await makeLayout(t);
  const own = ownIdentity();
  const noteOf = (identity: ProcessIdentity, study: string): Promise<void> =>
    writeFile(layout.openStudy(`${formatProcessName(identity)}.1 ${study}`), '');
  await mkdir(layout.openStudies, { recursive: true });
  await noteOf(own, '1.1');
  await noteOf({ ...own, startTicks: '1' }, '1.2');
  await noteOf({ ...own, bootId: '00000000-0000-0000-0000-000000000000' }, '1.3');
  await noteOf({ ...own, host: 'another host' }, '1.4');
  await noteOf(own, '..');
  await writeFile(layout.openStudy('notes.txt'), '');
  assert.deepEqual(openStudies(layout), ['1.1', '1.4']);
  removeOldOpenStudies(layout);
  assert.equal((await readdir(layout.openStudies)).length, 4);
});

test('a process is the same one after it was a name', () => {
  for (const host of [hostname(), 'a b/c.d', 'x.5']) {
    const identity = { ...ownIdentity(), host };
    assert.deepEqual(parseProcessName(formatProcessName(identity)), identity);
  }
  for (const name of ['', 'host', 'host.1.2.3', `${formatProcessName(ownIdentity())}x`]) {
    assert.equal(parseProcessName(name), undefined, name);
  }
});
