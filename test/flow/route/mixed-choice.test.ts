import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { listTroubles } from '../../../src/spool/place-troubles.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { makeFlowStation } from '../flow-station.ts';
import { forward, makeDelivery, setClock } from './choice-station.ts';

test('a server that does not let us in is replaced by a folder, and held only where nothing replaces it', async (t) => {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(401).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  const { port } = server.address() as AddressInfo;
  const lab = await temporaryFolder(t);
  const web = { type: 'dicomweb', url: `http://127.0.0.1:${port}/dicom-web` };
  const folder = { type: 'folder', path: join(lab, '{StudyInstanceUID}', '{SOPInstanceUID}.dcm'), cost: 1 };
  const stationOf = async (oneOf: object[]) => makeFlowStation(t, {
    config: { Streams: [{ name: 'Relay', trigger: {}, destination: [{ name: 'reading', oneOf }] }] },
  });

  const station = await stationOf([{ name: 'web', ...web }, { name: 'lab', ...folder }]);
  await makeDelivery(station, 2);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual(station.eventsOf('delivery-rerouted').map(({ from, to, failure }) => [from, to, failure.reason]),
    [['web', 'lab', 'web-not-allowed']]);
  const [study = '', ...others] = await readdir(lab);
  assert.deepEqual([others, (await readdir(join(lab, study))).length], [[], 2]);
  assert.deepEqual((await listTroubles(station.layout)).map(({ destination }) => destination), ['web']);

  const closed = { name: 'lab', ...folder, when: ['Mon 00:00-00:01'] };
  const without = await stationOf([{ name: 'web', ...web }, closed]);
  setClock(without, '2026-11-20T12:00:00Z'); // a Friday
  await makeDelivery(without);
  assert.deepEqual(await forward(without), { held: 1 });
});
