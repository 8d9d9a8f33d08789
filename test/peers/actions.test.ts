// What streams do beside jobs: programs with the original's placeholders, and descriptions posted to a web server.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { readEvents } from '../../src/log/read-events.ts';
import { freePort, requirePeer, temporaryFolder } from '../rig/peers.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { writeSmallStudy, type SmallStudy } from './small-study.ts';
import { scan, sendTo } from './ticks.ts';

const DESTINATION = { AETitle: 'MY "PACS"', IP: '127.0.0.1', PORT: 104, filter: [{ SeriesDescription: '*' }] };

/** A station with one stream of these actions, its data in a folder whose name needs quoting in every shell. */
async function makeActing(
  t: TestContext, triggers: Readonly<Record<string, readonly object[]>>, name = 'AICore',
): Promise<{ readonly station: TestStation; readonly study: SmallStudy }> {
  const station = await makeStation(t);
  await station.configure({
    config: { Streams: [{ name, trigger: { AETitleCalled: '.*' }, destination: [DESTINATION], ...triggers }] },
  });
  await station.startReceiver(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  await sendTo(station, [study.folder]);
  return { station, study };
}

async function textsOf(station: TestStation, name: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of readEvents(station.layout)) {
    if (event.event === name) texts.push('text' in event ? event.text : '');
  }
  return texts;
}

/** A program that keeps the arguments of each of its runs, a JSON list a line. @returns its command and what it kept */
async function makeWitness(t: TestContext): Promise<{ command: string[]; runs(): Promise<string[][]> }> {
  const folder = join(await temporaryFolder(t), `a "quoted" folder's $(name)`);
  await mkdir(folder);
  const [program, kept] = [join(folder, 'witness.mjs'), join(folder, 'runs.jsonl')];
  await writeFile(program, `import { appendFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(kept)}, JSON.stringify(process.argv.slice(2)) + '\\n');\n`);
  await writeFile(kept, '');
  return {
    command: [process.execPath, program],
    runs: async () => {
      const lines = (await readFile(kept, 'utf8')).trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line) as string[]);
    },
  };
}

test('a program gets each placeholder as part of one argument, and no shell sees any', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { command, runs } = await makeWitness(t);
  const words = [
    '@StudyInstanceUID@', '[@SeriesInstanceUID@]', '@PATH@', '@DESCRIPTION@', '@StreamName@', '@destination@',
    'two words "and" \'quotes\'', '$(touch /tmp/x); `id` | * > y', '', '@NotOurs@', 'a@PATH@b@StreamName@c', '-n', '--',
  ];
  const name = 'AI "Core" $(id)';
  const cmd = [...command, ...words];
  const { station, study } = await makeActing(t, { 'trigger-study': [{ type: 'exec', cmd }] }, name);
  await scan(station);

  const { StudyInstanceUID } = study;
  const folder = station.layout.rawStudy(StudyInstanceUID);
  assert.deepEqual(await runs(), [[
    StudyInstanceUID, '[]', folder, station.layout.studyDescription(StudyInstanceUID), name,
    JSON.stringify([DESTINATION]), ...words.slice(6, 10), `a${folder}b${name}c`, '-n', '--',
  ]]);
  assert.deepEqual(await textsOf(station, 'action-done'), ['']);
});

test('a program of trigger-series runs for each series, with that series\' description', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { command, runs } = await makeWitness(t);
  const cmd = [...command, '@SeriesInstanceUID@', '@PATH@', '@DESCRIPTION@'];
  const { station, study } = await makeActing(t, { 'trigger-series': [{ type: 'exec', cmd }] });
  await scan(station);
  const seen = new Map((await runs()).map(([SeriesInstanceUID = '', ...rest]) => [SeriesInstanceUID, rest]));
  assert.equal(seen.size, 2);
  for (const { SeriesInstanceUID } of study.series) {
    const [path, description] = seen.get(SeriesInstanceUID) ?? [];
    assert.equal(path, station.layout.rawSeries(study.StudyInstanceUID, SeriesInstanceUID));
    assert.equal(JSON.parse(await readFile(description!, 'utf8')).SeriesInstanceUID, SeriesInstanceUID);
  }
});

test('a program that fails or is missing is told, and the next action is done', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { command, runs } = await makeWitness(t);
  const { station } = await makeActing(t, { 'trigger-study': [
    { type: 'exec', cmd: ['/bin/sh', '-c', 'echo no luck >&2; exit 3'] },
    { type: 'exec', cmd: ['/no/such/program'] },
    { type: 'exec', cmd: [...command, 'ran'] },
  ] });
  const { status, stderr } = await station.dts(['scan-arrived']);
  assert.equal(status, 0);
  assert.match(stderr, /exit status 3: no luck/);
  assert.match(stderr, /\/no\/such\/program/);
  assert.deepEqual(await runs(), [['ran']]);
  assert.equal((await textsOf(station, 'action-failed')).length, 2);
});

test('send posts the description of the study to a web server', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const requests: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ request, body: await text(request) });
    response.writeHead(request.url === '/full' ? 507 : 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { station, study } = await makeActing(t, { 'trigger-study': [
    { type: 'send', send: 'http', destination: `${root}/studies?from=dts` },
    { type: 'send', destination: `${root}/full` },
    { type: 'send', destination: `http://127.0.0.1:${await freePort()}/` },
  ] });
  const { status } = await station.dts(['scan-arrived']);
  assert.equal(status, 0);

  const [first] = requests;
  assert.deepEqual([first?.request.method, first?.request.url], ['POST', '/studies?from=dts']);
  assert.match(first?.request.headers['content-type'] ?? '', /^application\/json/);
  const description = JSON.parse(first?.body ?? '') as Record<string, unknown>;
  const written = await readFile(station.layout.studyDescription(study.StudyInstanceUID), 'utf8');
  assert.deepEqual(description, JSON.parse(written));
  assert.deepEqual(
    [description['StudyInstanceUID'], description['PatientID'], description['NumFiles']],
    [study.StudyInstanceUID, study.PatientID, study.files.length],
  );
  const [answered = '', unreachable = ''] = await textsOf(station, 'action-failed');
  assert.match(answered, /\/full answered 507/);
  assert.match(unreachable, /cannot be reached/);
});
