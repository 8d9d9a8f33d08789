import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { requirePeer, startStorescp } from '../rig/peers.ts';
import { makeStation } from '../rig/station.ts';
import { makeBusyStation, STUDY, writeStudy } from './busy-station.ts';
import { dtsOnTerminal } from './terminal.ts';

const COLOUR = /\u001b\[[0-9;]*m/;
const PROGRESS = /\[[#.]{24}\] \d+\/\d+ /;

function hasTerminal(t: TestContext): boolean {
  return requirePeer(t, 'script');
}

test('results are coloured on a terminal, and only there', async (t) => {
  if (!hasTerminal(t)) return;
  const { station } = await makeBusyStation(t);
  for (const words of [['status'], ['log'], ['explain', STUDY], ['check', '--offline']]) {
    assert.match((await dtsOnTerminal(station, words)).stdout, COLOUR, words.join(' '));
    assert.doesNotMatch((await station.dts(words)).stdout, COLOUR, words.join(' '));
  }
});

test('NO_COLOR takes the colours off a terminal and leaves the words', async (t) => {
  if (!hasTerminal(t)) return;
  const { station } = await makeBusyStation(t);
  const { stdout } = await dtsOnTerminal(station, ['explain', STUDY], { env: { NO_COLOR: '1' } });
  assert.doesNotMatch(stdout, COLOUR);
  assert.equal(stdout.replaceAll('\r\n', '\n'), (await station.dts(['explain', STUDY])).stdout);
});

test('JSON on a terminal has no colours', async (t) => {
  if (!hasTerminal(t)) return;
  const { station } = await makeBusyStation(t);
  const { stdout } = await dtsOnTerminal(station, ['jobs', '--json']);
  assert.equal(stdout.replaceAll('\r\n', '\n'), (await station.dts(['jobs', '--json'])).stdout);
});

test('sending by hand shows progress on a terminal, ends with what was sent, and says nothing elsewhere', async (t) => {
  if (!hasTerminal(t) || !requirePeer(t, 'storescp')) return;
  const pacs = await startStorescp(t);
  const station = await makeStation(t, {
    config: { destinations: { PACS: { AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port } } },
  });
  const words = ['forward', await writeStudy(t), '--to', 'PACS'];
  const { status, stdout } = await dtsOnTerminal(station, words);
  assert.equal(status, 0, stdout);
  assert.match(stdout, PROGRESS);
  assert.match(stdout, /PACS: 2 of 2 instances stored\r\n$/);
  const elsewhere = await station.dts(words);
  assert.deepEqual([elsewhere.status, elsewhere.stdout, elsewhere.stderr], [0, '', '']);
});

test('what a core printed reaches a terminal without control characters, and a file as it was', async (t) => {
  if (!hasTerminal(t)) return;
  const { station, failed } = await makeBusyStation(t);
  assert.equal((await station.dts(['jobs', 'log', failed])).stdout, 'no luck \u001b[2J\n');
  assert.equal((await dtsOnTerminal(station, ['jobs', 'log', failed])).stdout, 'no luck \\x1b[2J\r\n');
});
