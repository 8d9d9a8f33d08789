import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mock, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openEventLog } from '../../src/log/event-log.ts';
import type { StationEvent } from '../../src/log/event.ts';
import { readEvents } from '../../src/log/read-events.ts';
import { Layout } from '../../src/spool/layout.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { mountSmallDisk } from '../spool/small-disk.ts';

const DAY = '2026-11-20';
const NOON = (): Date => new Date(`${DAY}T12:00:00.000Z`);

const rejected = (file: string): StationEvent => ({ event: 'arrival-rejected', text: '', file });

async function makeLayout(t: TestContext): Promise<Layout> {
  return new Layout(await temporaryFolder(t));
}

/** The files that the logged events speak of. */
async function filesLogged(layout: Layout): Promise<string[]> {
  const files: string[] = [];
  for await (const event of readEvents(layout)) if (event.event === 'arrival-rejected') files.push(event.file);
  return files;
}

/** What is written to stderr meanwhile. */
function listenToStderr(t: TestContext): () => string {
  let written = '';
  const write = mock.method(process.stderr, 'write', (text: string) => {
    written += text;
    return true;
  });
  t.after(() => write.mock.restore());
  return () => written;
}

test('an event stands in a line of its own with time, level and command in front', async (t) => {
  const layout = await makeLayout(t);
  openEventLog(layout, 'scan-arrived', NOON).write({ ...rejected('line\nfeed'), text: 'ø "' } as StationEvent);
  assert.equal(await readFile(layout.eventLog(DAY), 'utf8'),
    `{"time":"${DAY}T12:00:00.000Z","level":"error","event":"arrival-rejected","command":"scan-arrived",`
    + '"text":"ø \\"","file":"line\\nfeed"}\n');
  assert.equal((await stat(layout.eventLog(DAY))).mode & 0o777, 0o640);
  assert.equal((await stat(layout.logs)).mode & 0o777, 0o750);
});

test('a line holds no character that a terminal would obey, and parses to what was told', async (t) => {
  const layout = await makeLayout(t);
  const file = 'a\u001b[2Jb\u009b5nc\u202egnp\u007f\u2028';
  openEventLog(layout, 'receive', NOON).write(rejected(file));
  const line = await readFile(layout.eventLog(DAY), 'utf8');
  assert.match(line, /^[\x20-\x7e]+\n$/);
  assert.equal(JSON.parse(line).file, file);
});

test('events of many processes at once are all there, each whole, each process\'s in order', async (t) => {
  const layout = await makeLayout(t);
  const writer = fileURLToPath(new URL('event-writer.ts', import.meta.url));
  const [names, count] = [['a', 'b', 'c', 'd'], 1500];
  await Promise.all(names.map(async (name) => {
    const args = ['--import', 'tsx', writer, layout.datadir, name, String(count), '9000'];
    assert.deepEqual(await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit'), [0, null]);
  }));
  const files = await filesLogged(layout);
  assert.equal(files.length, names.length * count);
  for (const name of names) {
    assert.deepEqual(files.filter((file) => file.startsWith(name)),
      Array.from({ length: count }, (_, number) => `${name} ${number}`));
  }
});

test('a line that was cut short is ended by whoever writes next, also one that has the log open already', async (t) => {
  const layout = await makeLayout(t);
  const early = openEventLog(layout, 'receive', NOON);
  early.write(rejected('1'));
  await appendFile(layout.eventLog(DAY), '{"time":"2026');
  early.write(rejected('2'));
  await appendFile(layout.eventLog(DAY), '{"ti');
  openEventLog(layout, 'scan-arrived', NOON).write(rejected('3'));
  assert.deepEqual(await filesLogged(layout), ['1', '2', '3']);
});

test('the log changes its file at midnight, UTC', async (t) => {
  const layout = await makeLayout(t);
  const [before, after] = ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'];
  const times = [before, after, after, before];
  const log = openEventLog(layout, 'receive', () => new Date(times.shift() ?? ''));
  for (const file of ['1', '2', '3', '4']) log.write(rejected(file));
  assert.deepEqual(await readdir(layout.logs), ['events-2026-12-31.jsonl', 'events-2027-01-01.jsonl']);
  assert.deepEqual(await filesLogged(layout), ['1', '4', '2', '3']);
});

test('a log that cannot be written fails no work: the event goes to stderr, and the next is tried again', async (t) => {
  const layout = await makeLayout(t);
  await writeFile(layout.logs, 'in the way');
  const written = listenToStderr(t);
  const log = openEventLog(layout, 'receive', NOON);
  log.write(rejected('lost'));
  assert.match(written(), /^dts receive: error: event log: not written: .*(EEXIST|ENOTDIR).*"file":"lost"}\n$/);
  await rm(layout.logs);
  log.write(rejected('kept'));
  assert.deepEqual(await filesLogged(layout), ['kept']);
});

test('an event of which a full disk takes only a part goes to stderr as a whole, and costs no later one', async (t) => {
  const disk = await mountSmallDisk(t, 64 * 1024);
  if (disk === undefined) return;
  const layout = new Layout(disk);
  const written = listenToStderr(t);
  const log = openEventLog(layout, 'receive', NOON);
  log.write(rejected('first'));
  await mkdir(join(disk, 'ballast'));
  await writeFile(join(disk, 'ballast', 'file'), Buffer.alloc(32 * 1024));
  const long = 'x'.repeat(60_000);
  log.write(rejected(long));
  assert.ok(written().includes(long));
  await rm(join(disk, 'ballast'), { recursive: true });
  log.write(rejected('last'));
  assert.deepEqual(await filesLogged(layout), ['first', 'last']);
});

test('a folder that was taken away comes back with the next day', async (t) => {
  const layout = await makeLayout(t);
  const times = ['2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z'];
  const log = openEventLog(layout, 'receive', () => new Date(times.shift() ?? ''));
  log.write(rejected('1'));
  await rm(layout.logs, { recursive: true });
  log.write(rejected('2'));
  assert.deepEqual(await filesLogged(layout), ['2']);
});
