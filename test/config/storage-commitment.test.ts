import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { load, problemsOf } from './configuration-directory.ts';

const pacs = { AETitle: 'PACS', IP: '10.0.0.1', PORT: 104 };

async function commitmentOf(t: TestContext, storageCommitment: unknown): Promise<unknown> {
  const { configuration } = await load(t, { 'config.json': { destinations: { pacs: { ...pacs, storageCommitment } } } });
  const [destination] = configuration.destinations;
  return destination?.type === 'dicom' ? destination.storageCommitment : 'no DICOM node';
}

test('who stores commits, unless another one is named; what is left out has a default', async (t) => {
  const usual = { waitSeconds: 2, reportWithinSeconds: 86_400, attempts: 3, resend: 1 };
  assert.deepEqual(await commitmentOf(t, true), { ...pacs, ...usual });
  assert.deepEqual(await commitmentOf(t, {}), { ...pacs, ...usual });
  assert.deepEqual(await commitmentOf(t, { AETitle: 'SC', PORT: '11112', resend: 0 }),
    { AETitle: 'SC', IP: '10.0.0.1', PORT: 11112, ...usual, resend: 0 });
  assert.equal(await commitmentOf(t, false), undefined);
  assert.equal(await commitmentOf(t, undefined), undefined);
});

test('every wrong value is a problem in its place', async (t) => {
  const problems = (storageCommitment: unknown) => problemsOf(t, { 'config.json': { destinations: { pacs: { ...pacs, storageCommitment } } } });
  assert.match((await problems('yes'))[0] ?? '', /destinations\.pacs\.storageCommitment.*expected true, false, or an object/);
  const many = await problems({ waitSeconds: -1, attempts: 0, resend: 1.5, reportWithinSeconds: 0, tries: 2, PORT: 0 });
  for (const key of ['waitSeconds', 'attempts', 'resend', 'reportWithinSeconds', 'tries', 'PORT']) {
    assert.ok(many.some((problem) => problem.includes(`storageCommitment.${key}`)), `${key}: ${many.join('\n')}`);
  }
  const [ofFolder] = await problemsOf(t, { 'config.json': { destinations: { lab: { type: 'folder', path: '/lab/{PatientID}', storageCommitment: true } } } });
  assert.match(ofFolder ?? '', /storageCommitment/);
});

test('reports that no receiver would take are warned of', async (t) => {
  const notesOf = async (accept: object, destination: object = {}, SITES: object = {}) => {
    const { notes } = await load(t, {
      'receiver.json': { DICOMAETITLE: 'DTS', DICOMPORT: 11111, accept, SITES },
      'config.json': { destinations: { pacs: { ...pacs, storageCommitment: true, ...destination } } },
    });
    return notes.map(({ message }) => message).filter((message) => message.includes('reports'));
  };
  assert.deepEqual(await notesOf({}), []);
  assert.deepEqual(await notesOf({ calledAETitles: ['^AI', '^DTS$'], callingAETitles: ['PACS'] }), []);
  assert.match((await notesOf({ calledAETitles: ['^AICORE1$'] }))[0] ?? '', /reports of PACS come to DTS.*calledAETitles/);
  assert.match((await notesOf({}, { OwnAETitle: 'X' }, {}))[0] ?? 'none', /none/);
  assert.match((await notesOf({ callingAETitles: ['^CT'] }))[0] ?? '', /reports come from PACS.*callingAETitles/);
  const elsewhere = { storageCommitment: { AETitle: 'SC' } };
  assert.match((await notesOf({ callingAETitles: ['^PACS'] }, elsewhere))[0] ?? '', /reports come from SC/);
  const accept = { calledAETitles: ['^AICORE1$'] };
  const site = { DICOMPORT: 11112, accept: { calledAETitles: ['^DTS$'] } };
  assert.equal((await notesOf(accept, {}, { A: { ...site, DATADIR: '/elsewhere' } })).length, 1);
});
