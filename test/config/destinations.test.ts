import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { load, streamWith } from './configuration-directory.ts';

const pacs = { AETitle: 'PACS', IP: '10.0.0.1', PORT: 104 };

/** The names of each stream's destinations. */
async function names(t: TestContext, destinations: object, ...ofStreams: unknown[][]): Promise<string[][]> {
  const Streams = ofStreams.map((destination, index) => streamWith({ name: `stream${index}`, destination }));
  const { configuration } = await load(t, { 'config.json': { destinations, Streams } });
  return configuration.streams.map((stream) => stream.destinations.map(({ name }) => name));
}

test('names a destination by its AE title, with address and port where several share that', async (t) => {
  assert.deepEqual(await names(t, {}, [pacs], [{ ...pacs, AETitle: 'RIS' }]), [['PACS'], ['RIS']]);
  assert.deepEqual(
    await names(t, {}, [pacs, { ...pacs, IP: '2001:db8::1' }]), [['PACS_10.0.0.1_104', 'PACS_2001-db8--1_104']],
  );
});

test('gives equal destinations of several streams one name, and different ones of one address two', async (t) => {
  assert.deepEqual(await names(t, {}, [pacs], [pacs]), [['PACS'], ['PACS']]);
  assert.deepEqual(
    await names(t, {}, [pacs], [{ ...pacs, filter: [{ Modality: 'SR' }] }]),
    [['PACS_10.0.0.1_104'], ['PACS_10.0.0.1_104_2']],
  );
});

test('keeps names that were given, and keeps off them', async (t) => {
  assert.deepEqual(
    await names(t, { archive: pacs, PACS: { ...pacs, PORT: 105 } }, ['archive', 'PACS', { ...pacs, PORT: 106 }]),
    [['archive', 'PACS', 'PACS_10.0.0.1_106']],
  );
});

test('takes what an AE title may hold out of a name', async (t) => {
  assert.deepEqual(await names(t, {}, [{ ...pacs, AETitle: '../MY PACS' }]), [['-.-MY-PACS']]);
});

test('calls by the title of the receiver unless told otherwise', async (t) => {
  const { configuration } = await load(t, {
    'receiver.json': { DICOMAETITLE: 'FIONA' },
    'config.json': { Streams: [streamWith({ destination: [pacs, { ...pacs, OwnAETitle: 'OTHER', PORT: '105' }] })] },
  });
  const [first, second] = (configuration.streams[0]?.destinations ?? []).filter((one) => one.type === 'dicom');
  assert.deepEqual([first?.OwnAETitle, second?.OwnAETitle, second?.PORT], ['FIONA', 'OTHER', 105]);
});
