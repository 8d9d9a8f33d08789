import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { placeOf } from '../../../src/config/place-of.ts';
import { forgetTrouble, noteTrouble } from '../../../src/flow/route/place-trouble.ts';
import type { Failure } from '../../../src/job/failure.ts';
import { findTrouble, listTroubles } from '../../../src/spool/place-troubles.ts';
import { makeFlowStation } from '../flow-station.ts';

const SILENT: Failure = { reason: 'peer-silent', seconds: 30 };

const CONFIG = {
  destinations: {
    pacs: { AETitle: 'PACS', IP: '127.0.0.1', PORT: 104, retry: { firstSeconds: 10, multiplier: 3, maxSeconds: 60 } },
    same: { AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 },
    other: { AETitle: 'PACS', IP: '127.0.0.1', PORT: 105 },
  },
};

test('a place in trouble is asked later and later, is told of once, and forgotten when it works', async (t) => {
  const station = await makeFlowStation(t, { config: CONFIG });
  const [pacs, same, other] = station.configuration.destinations.filter((one) => one.type !== 'sender');
  assert.ok(pacs !== undefined && same !== undefined && other !== undefined);
  const waits: number[] = [];
  for (let tries = 0; tries < 4; tries += 1) waits.push((await noteTrouble(station, pacs, SILENT)).waitSeconds);
  assert.deepEqual(waits, [10, 30, 60, 60]);
  const trouble = await findTrouble(station.layout, placeOf(same));
  assert.deepEqual([trouble?.failedTries, trouble?.destination, trouble?.last], [4, 'pacs', SILENT]);
  assert.equal(await findTrouble(station.layout, placeOf(other)), undefined);
  assert.equal(station.eventsOf('destination-in-trouble').length, 1);

  station.aheadSeconds = 5;
  await noteTrouble(station, other, SILENT);
  assert.deepEqual((await listTroubles(station.layout)).map(({ destination }) => destination), ['pacs', 'other']);
  for (const _ of ['once', 'again']) await forgetTrouble(station, same);
  assert.deepEqual((await listTroubles(station.layout)).map(({ destination }) => destination), ['other']);
  assert.deepEqual(station.eventsOf('destination-back').map(({ since }) => since), [trouble?.failingSince]);
});

test('a note of trouble that somebody damaged is none', async (t) => {
  const station = await makeFlowStation(t, { config: CONFIG });
  const [pacs] = station.configuration.destinations.filter((one) => one.type !== 'sender');
  assert.ok(pacs !== undefined);
  await mkdir(station.layout.placeTroubles, { recursive: true });
  await writeFile(station.layout.placeTrouble(placeOf(pacs)), '{"place": "peer');
  assert.deepEqual(await listTroubles(station.layout), []);
  assert.equal((await noteTrouble(station, pacs, SILENT)).failedTries, 1);
});
