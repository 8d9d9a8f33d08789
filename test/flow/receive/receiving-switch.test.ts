import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Layout } from '../../../src/spool/layout.ts';
import { requirePeer, runPeer } from '../../rig/peers.ts';
import { associateRequest, dataPdus, echoCommand, RawScu, VERIFICATION } from '../../rig/raw-scu.ts';
import { startReceiver, type RunningReceiver } from '../../rig/receiver.ts';
import { makeStation } from '../../rig/station.ts';

async function turn({ receivingSwitch }: Layout, content: string): Promise<void> {
  await mkdir(dirname(receivingSwitch), { recursive: true });
  await writeFile(receivingSwitch, content);
}

/** Result, source and reason where an association is rejected; nothing where it is accepted. */
async function rejectionOf({ port }: { readonly port: number }): Promise<number[]> {
  const scu = await RawScu.connect(port);
  scu.send(associateRequest());
  const answer = await scu.next();
  scu.socket.destroy();
  assert.ok(answer.kind === 'pdu');
  return answer.type === 0x03 ? [...answer.bytes.subarray(-3)] : [];
}

function turnsOf({ events }: RunningReceiver): string[] {
  return events.map(({ event }) => event).filter((event) => event.startsWith('receiving-switched'));
}

for (const [content, isOff] of [['0', true], [' 0\n', true], ['0\n', true], ['1\n', false], ['', false], ['00', false],
  ['0 no', false], ['off', false]] as const) {
  const state = isOff ? 'off' : 'on';
  test(`receiving is ${state} from the start where the switch holds ${JSON.stringify(content)}`, async (t) => {
    const receiver = await startReceiver(t, { prepare: (layout) => turn(layout, content) });
    assert.deepEqual(await rejectionOf(receiver), isOff ? [2, 3, 2] : []);
    assert.deepEqual(turnsOf(receiver), isOff ? ['receiving-switched-off'] : []);
  });
}

test('a receiver is switched off and on as it runs, tells each turn once, and open associations go on', async (t) => {
  if (!requirePeer(t, 'echoscu')) return;
  const receiver = await startReceiver(t);
  const open = await RawScu.associate(receiver.port, { contexts: [{ id: 1, abstractSyntax: VERIFICATION }] });
  await turn(receiver.layout, '0\n');
  const [off] = await receiver.happened('receiving-switched-off');
  assert.equal(off?.file, receiver.layout.receivingSwitch);
  for (let count = 0; count < 3; count += 1) {
    const { exitCode, output } = await runPeer('echoscu', ['127.0.0.1', String(receiver.port)]);
    assert.notEqual(exitCode, 0);
    assert.match(output, /Rejected Transient.*\n.*Local Limit Exceeded/);
  }
  open.send(dataPdus(1, echoCommand(), true));
  assert.equal((await open.next()).kind, 'command');
  await open.release();

  await rm(receiver.layout.receivingSwitch);
  await receiver.happened('receiving-switched-on');
  assert.equal((await runPeer('echoscu', ['127.0.0.1', String(receiver.port)])).exitCode, 0);
  assert.deepEqual(turnsOf(receiver), ['receiving-switched-off', 'receiving-switched-on']);
});

test('each data directory has a switch of its own', async (t) => {
  const [one, other] = [await startReceiver(t), await startReceiver(t)];
  await turn(one.layout, '0');
  await one.happened('receiving-switched-off');
  assert.deepEqual(await rejectionOf(one), [2, 3, 2]);
  assert.deepEqual(await rejectionOf(other), []);
});

test('a switch that is no file leaves receiving as it was', async (t) => {
  const prepare = ({ receivingSwitch }: Layout) => mkdir(receivingSwitch, { recursive: true });
  const receiver = await startReceiver(t, { prepare });
  assert.deepEqual(await rejectionOf(receiver), []);
});

test('status and check say that receiving is switched off, by which file, and how to switch it on', async (t) => {
  const station = await makeStation(t);
  const file = station.layout.receivingSwitch;
  const site = new Layout(join(station.root, 'site-data'));
  await station.configure({ receiver: { SITES: { PROJ: { DICOMPORT: station.port + 1, DATADIR: site.datadir } } } });
  const before = await station.dts(['check', '--offline']);
  assert.doesNotMatch(before.stdout, /switched off/);

  await turn(station.layout, '0\n');
  await turn(site, '0\n');
  const status = await station.dts(['status']);
  assert.equal(status.status, 65);
  assert.ok(status.stdout.includes(`switched off: ${file} holds 0; rm ${file} switches it on`), status.stdout);
  const report = JSON.parse((await station.dts(['status', '--json'])).stdout);
  assert.equal(report.switchedOffBy, file);
  const { stdout } = await station.dts(['check', '--offline']);
  for (const { receivingSwitch } of [station.layout, site]) {
    assert.ok(stdout.includes(`switched off: ${receivingSwitch} holds 0; rm ${receivingSwitch}`), stdout);
  }
  await turn(station.layout, '1\n');
  assert.equal(JSON.parse((await station.dts(['status', '--json'])).stdout).switchedOffBy, undefined);
});

test('check says that a switch cannot be read', async (t) => {
  const station = await makeStation(t);
  await mkdir(station.layout.receivingSwitch, { recursive: true });
  const { stdout, status } = await station.dts(['check', '--offline']);
  assert.equal(status, 65);
  assert.match(stdout, /enabled cannot be read: EISDIR; correct its rights/);
});
