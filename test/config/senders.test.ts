import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSender } from '../../src/config/find-sender.ts';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const ct1 = { AETitle: 'CT1_STORE', IP: '10.0.0.1', PORT: 104 };
const back = [{ type: 'sender' }];

test('the entry of the title itself comes first, then the first glob that it fits', async (t) => {
  const senders = { '*': 'pacs', 'CT*': { ...ct1, PORT: 105 }, 'CT?': { ...ct1, PORT: 106 }, CT1: ct1 };
  const { configuration } = await load(t, { 'config.json': { destinations: { pacs: { ...ct1, PORT: 103 } }, senders } });
  const portFor = (title: string): number | undefined => {
    const destination = findSender(configuration.senders, title)?.destination;
    return destination?.type === 'dicom' ? destination.PORT : undefined;
  };
  assert.deepEqual(['CT1', 'CT2', 'CT', 'MR'].map(portFor), [104, 103, 103, 103]);
  const later = configuration.senders.slice(1);
  assert.equal(findSender(later, 'CT2')?.AETitle, 'CT*');
  assert.equal(findSender(later, 'MR'), undefined);
});

test('a sender\'s destination has all that others have: a name, a title to call by, a place among them', async (t) => {
  const { configuration: { senders, destinations } } = await load(t, {
    'receiver.json': { DICOMAETITLE: 'FIONA' }, 'config.json': { senders: { CT1: ct1, CT2: { ...ct1, OwnAETitle: 'OTHER' } } },
  });
  const nodes = senders.flatMap(({ destination }) => (destination.type === 'dicom' ? [destination] : []));
  assert.deepEqual(nodes.map(({ OwnAETitle }) => OwnAETitle), ['FIONA', 'OTHER']);
  assert.deepEqual(nodes.map(({ name }) => name), ['CT1_STORE_10.0.0.1_104', 'CT1_STORE_10.0.0.1_104_2']);
  assert.deepEqual(destinations, nodes);
});

test('a destination that is the sender has a name and a filter, and no address', async (t) => {
  const destination = [{ type: 'sender', filter: [{ Modality: 'SR' }] }, { type: 'sender', name: 'origin' }, { type: 'sender' }];
  const { configuration } = await load(t, { 'config.json': { senders: { CT1: ct1 }, Streams: [streamWith({ destination })] } });
  assert.deepEqual(configuration.streams[0]?.destinations.map(({ name }) => name), ['sender', 'origin', 'sender_2']);
  const [problem = ''] = await problemsOf(t, { 'config.json': { Streams: [streamWith({ destination: [{ ...ct1, type: 'sender' }] })] } });
  assert.match(problem, /config\.json:\d+:\d+.*AETitle/);
});

test('what `senders` refers to must be there, and be a place', async (t) => {
  const destinations = { pacs: ct1, origin: { type: 'sender' } };
  const problems = await problemsOf(t, {
    'config.json': { destinations, senders: { CT1: 'pax', CT2: 'origin', CT3: 'pacs', CT4: { ...ct1, name: 'pacs' }, 'A\\B': 'pacs' } },
  });
  assert.equal(problems.length, 4, problems.join('\n'));
  assert.match(problems[0] ?? '', /senders\.CT1: there is no destination of this name.*"pax", expected one of pacs/);
  assert.match(problems[1] ?? '', /senders\.CT2.*whoever sent the study/);
  assert.match(problems[2] ?? '', /senders\.CT4\.name.*has this name already/);
  assert.match(problems[3] ?? '', /an AE title/);
});

test('only a DICOM node can be sent back to, and a destination of another kind is told so, and nothing else', async (t) => {
  const senders = { CT1: { type: 'folder', path: '/labs/{PatientID}/' }, CT2: { type: 'dicomweb', url: 'https://web.example/' } };
  const problems = await problemsOf(t, { 'config.json': { senders } });
  assert.equal(problems.length, 2, problems.join('\n'));
  assert.match(problems[0] ?? '', /senders\.CT1\.type.*found "folder", expected "dicom" here; .*the name of one in `destinations`/);
  assert.match(problems[1] ?? '', /senders\.CT2\.type.*found "dicomweb"/);
});

test('a stream whose callers do not find their way back is told of', async (t) => {
  const notesOf = async (senders: object, AETitleCaller: string) => {
    const trigger = { AETitleCalled: '^AICORE1$', AETitleCaller };
    const { notes } = await load(t, { 'config.json': { senders, Streams: [streamWith({ trigger, destination: back })] } });
    return notes.filter(({ message }) => message.includes('senders')).map(({ message }) => message);
  };
  assert.deepEqual(await notesOf({ 'CT*': ct1 }, '^(CT1|CT2)$'), []);
  assert.deepEqual(await notesOf({ CT1: ct1 }, '.*'), []);
  assert.match((await notesOf({ CT1: ct1 }, '^CT1$|^CT2$|MR'))[0] ?? '', /from CT2, MR does not find its way back/);
  assert.match((await notesOf({}, '.*'))[0] ?? '', /there are no `senders`/);
});
