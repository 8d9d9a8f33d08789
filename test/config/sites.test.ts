import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Configuration } from '../../src/config/configuration.ts';
import { separateSites } from '../../src/config/sites.ts';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const RECEIVER = {
  DICOMIP: '10.1.2.3',
  DICOMPORT: 11112,
  DICOMAETITLE: 'DTS',
  accept: { calledAETitles: ['^AICORE1$'], callerIPs: ['10.0.0.0/8'] },
  limits: { associations: 7 },
};

async function siteOf(t: TestContext, site: object, station: object = { datadir: '/data' }): Promise<Configuration> {
  const receiver = { ...RECEIVER, SITES: { PROJ: site } };
  const { findSite } = await load(t, { 'receiver.json': receiver, 'config.json': station });
  const found = findSite('PROJ');
  assert.ok(found !== undefined);
  return found;
}

test('what a site leaves out is as the station has it', async (t) => {
  const { site, datadir, receiver } = await siteOf(t, { DICOMPORT: 11113 });
  assert.deepEqual([site, datadir, receiver.datadir], ['PROJ', '/data', '/data']);
  assert.deepEqual([receiver.address, receiver.port, receiver.AETitle], ['10.1.2.3', 11113, 'DTS']);
  assert.deepEqual(receiver.accept, { ...RECEIVER.accept, callingAETitles: [] });
  assert.equal(receiver.limits.associations, 7);
});

test('a site has an address, a title, a data directory and callers of its own', async (t) => {
  const { datadir, receiver } = await siteOf(t, {
    DICOMIP: '127.0.0.1', DICOMPORT: '11113', DICOMAETITLE: 'PROJ', DATADIR: '/proj',
    accept: { calledAETitles: [], callingAETitles: ['^CT'] },
  });
  assert.deepEqual([receiver.address, receiver.port, receiver.AETitle, datadir], ['127.0.0.1', 11113, 'PROJ', '/proj']);
  assert.deepEqual(receiver.accept, { calledAETitles: [], callingAETitles: ['^CT'], callerIPs: ['10.0.0.0/8'] });
  assert.deepEqual(receiver.sites, {});
});

test('a site keeps what comes below its own data directory, wherever the station has its folders', async (t) => {
  const station = { datadir: '/data', archive: '/elsewhere/archive' };
  assert.deepEqual((await siteOf(t, { DATADIR: '/proj' }, station)).folders, {});
  assert.deepEqual((await siteOf(t, { DICOMPORT: 11113 }, station)).folders, { archive: '/elsewhere/archive' });
});

test('a site calls destinations by its own title, unless they say which', async (t) => {
  const pacs = { AETitle: 'PACS', IP: '10.0.0.1', PORT: 104 };
  const station = { datadir: '/data', destinations: { one: pacs, two: { ...pacs, OwnAETitle: 'DTS' } } };
  const { destinations } = await siteOf(t, { DICOMAETITLE: 'PROJ', DICOMPORT: 11113 }, station);
  const nodes = destinations.filter((destination) => destination.type === 'dicom');
  assert.deepEqual(nodes.map(({ OwnAETitle }) => OwnAETitle), ['PROJ', 'DTS']);
});

test('a site knows all data directories of the host, as the station does', async (t) => {
  const { configuration, findSite } = await load(t, { 'receiver.json': { SITES: {
    ONE: { DATADIR: '/one' }, TWO: { DATADIR: '/two' }, THREE: { DICOMPORT: 11113 },
  } } });
  for (const one of [configuration, findSite('ONE'), findSite('THREE')]) {
    assert.deepEqual(one?.datadirs, ['/data', '/one', '/two']);
  }
});

test('there is no site of another name', async (t) => {
  const { findSite } = await load(t, { 'receiver.json': { SITES: { PROJ: {} } } });
  for (const name of ['proj', '', 'constructor']) assert.equal(findSite(name), undefined);
});

test('a site that listens and keeps where the station does is the station under another name', async (t) => {
  const { configuration, findSite, notes } = await load(t, {
    'receiver.json': { DATADIR: '/data/', SITES: { PROJ: { DATADIR: '/data' }, OTHER: { DICOMPORT: 11113 } } },
  });
  assert.equal(findSite('PROJ')?.site, undefined);
  assert.equal(findSite('OTHER')?.site, 'OTHER');
  assert.deepEqual(separateSites(configuration), ['OTHER']);
  assert.deepEqual(notes.map(({ level, path }) => [level, path]), [['info', 'SITES.PROJ']]);
});

test('tells TLS ports that two receivers have, and a tls that nobody listens for', async (t) => {
  const tls = { key: '/k', cert: '/c', ca: '/a' };
  const { notes } = await load(t, {
    'receiver.json': { DATADIR: '/data', tls, SITES: {
      PROJ: { DICOMPORT: 11113, DATADIR: '/proj', tls },
      PLAIN: { DICOMPORT: 2762, DATADIR: '/plain' },
      APART: { DICOMPORT: 11114, DATADIR: '/apart', tls: { ...tls, port: 2763 } },
      ITSELF: { DATADIR: '/data', tls: { ...tls, port: 2764 } },
    } },
  });
  assert.deepEqual(notes.map(({ level, path, message, expected }) => [level, path, message.split(':')[0], expected]), [
    ['warning', 'SITES.PROJ', 'listens on port 2762 as the receiver itself does', 'a tls.port of its own'],
    ['warning', 'SITES.PLAIN', 'listens on port 2762 as the receiver itself does', 'a DICOMPORT of its own'],
    ['info', 'SITES.ITSELF', 'listens and keeps where the receiver itself does', undefined],
    ['warning', 'SITES.ITSELF.tls', 'not used', undefined],
  ]);
});

test('tells receivers that cannot run beside each other', async (t) => {
  const { notes } = await load(t, {
    'receiver.json': { ...RECEIVER, SITES: {
      SAME: { DATADIR: '/same' },
      EVERYWHERE: { DICOMIP: '0.0.0.0', DICOMPORT: 11112, DATADIR: '/everywhere' },
      APART: { DICOMIP: '127.0.0.1', DATADIR: '/apart' },
      PROJ: { DICOMPORT: 11113, DATADIR: '/proj' },
      LATE: { DICOMPORT: 11113, DATADIR: '/late' },
    } },
  });
  assert.deepEqual(notes.map(({ level, path, message }) => `${level} ${path}: ${message}`), [
    'warning SITES.SAME: listens on port 11112 as the receiver itself does: only one of them can run',
    'warning SITES.EVERYWHERE: listens on port 11112 as the receiver itself does: only one of them can run',
    'warning SITES.APART: listens on port 11112 as site EVERYWHERE does: only one of them can run',
    'warning SITES.LATE: listens on port 11113 as site PROJ does: only one of them can run',
  ]);
});

test('a stream that only a site lets callers reach can be reached', async (t) => {
  const accept = { calledAETitles: ['^OTHER$'] };
  const station = { Streams: [streamWith()] };
  const notesWith = async (SITES: object) => {
    const { notes } = await load(t, { 'receiver.json': { accept, SITES }, 'config.json': station });
    return notes.map(({ path }) => path);
  };
  assert.deepEqual(await notesWith({ PROJ: { DICOMPORT: 11113 } }), ['Streams[0].trigger.AETitleCalled']);
  for (const calledAETitles of [['^AICORE1$'], []]) {
    assert.deepEqual(await notesWith({ PROJ: { DICOMPORT: 11113, accept: { calledAETitles } } }), []);
  }
});

test('tells what is wrong with a site where it stands', async (t) => {
  const problems = await problemsOf(t, {
    'receiver.json': '{\n  "SITES": { "PROJ": {\n    "DICOMPORT": 0, "accept": { "callerIPs": "10.0.0.1" } } }\n}',
  });
  assert.deepEqual(problems, [
    'receiver.json:3:18: SITES.PROJ.DICOMPORT: wrong value (found 0, expected a port, 1 to 65535)',
    'receiver.json:3:46: SITES.PROJ.accept.callerIPs: wrong value (found "10.0.0.1", expected a list of addresses, [ … ])',
  ]);
});
