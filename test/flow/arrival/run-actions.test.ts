import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Stream } from '../../../src/config/configuration.ts';
import { fillActionPlaceholders, type ActionSubject } from '../../../src/flow/arrival/run-actions.ts';
import { claimMark, listMarks } from '../../../src/spool/arrivals.ts';
import { exists } from '../../../src/spool/read.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { HELD } from '../../spool/held-lease.ts';
import { FlowStation, makeFlowStation, SERIES, STUDY } from '../flow-station.ts';

const STREAM: Stream = {
  name: 'AI', description: '', enabled: true, priority: 'normal',
  trigger: { AETitleCalled: '.*', AETitleCaller: '.*', CallerIP: [], match: [], exclude: [] },
  onIncomplete: 'proceed', lateArrivals: 'new-job', relay: 'when-complete', steering: [], cores: [], studyActions: [], seriesActions: [],
  destinations: [{
    type: 'dicom', name: 'pacs', AETitle: 'PACS', IP: '10.0.0.2', PORT: 104, statuses: {}, OwnAETitle: 'DTS',
    filter: [{ Modality: 'SR' }], exclude: [], stopAtClose: false, cost: 0, optional: false, parallel: 1, morph: [],
    retry: { firstSeconds: 60, multiplier: 2, maxSeconds: 3600, giveUpAfterSeconds: 3600 },
  }],
};

const SUBJECT: ActionSubject = {
  origin: { callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID: STUDY,
    SeriesInstanceUID: SERIES, arrivedAt: '2026-11-20T08:15:30.123Z' },
  path: '/data/site/raw/1.2.3', descriptionFile: '/data/site/raw/1.2.3/data.json', actionsDone: '/dev/null',
};

const fill = (argument: string, change: Partial<ActionSubject> = {}, stream = STREAM): string =>
  fillActionPlaceholders(argument, stream, { ...SUBJECT, ...change });

test('every placeholder of the original is replaced, also several times and inside of words', () => {
  assert.equal(fill('@StudyInstanceUID@ @SeriesInstanceUID@ @PATH@ @DESCRIPTION@ @StreamName@'),
    '1.2.3 1.2.3.1 /data/site/raw/1.2.3 /data/site/raw/1.2.3/data.json AI');
  assert.equal(fill('--a=@PATH@/x@StreamName@@StreamName@'), '--a=/data/site/raw/1.2.3/xAIAI');
  assert.deepEqual(JSON.parse(fill('@destination@')), [
    { AETitle: 'PACS', IP: '10.0.0.2', PORT: 104, filter: [{ Modality: 'SR' }] }]);
});

test('a study has no series, and a stream without destinations an empty list', () => {
  const { SeriesInstanceUID: _, ...origin } = SUBJECT.origin;
  assert.equal(fill('[@SeriesInstanceUID@]', { origin }), '[]');
  assert.equal(fill('@destination@', {}, { ...STREAM, destinations: [] }), '[]');
});

test('a value that holds placeholders or patterns is put in as it is', () => {
  const stream = { ...STREAM, name: '@PATH@ $& $1 @StreamName@' };
  assert.equal(fill('<@StreamName@>', {}, stream), '<@PATH@ $& $1 @StreamName@>');
});

test('what is no placeholder stays, whatever it means to JavaScript', () => {
  for (const text of ['@', '@@', '@x@', 'a@b.c', '@studyinstanceuid@', '@constructor@', '@toString@', '@__proto__@']) {
    assert.equal(fill(text), text);
  }
});

/** A stream with these actions for a study, and one instance of it that has arrived. */
async function arriveWith(
  t: TestContext, studyActions: readonly object[], seriesActions: readonly object[] = [],
): Promise<FlowStation> {
  const station = await makeFlowStation(t, {
    config: { Streams: [{ name: 'AI', trigger: {}, 'trigger-study': studyActions, 'trigger-series': seriesActions }] },
  });
  await station.archive();
  await station.mark();
  return station;
}

/** The outcomes of actions so far. */
const outcomesOf = (station: FlowStation): string[] =>
  station.happened.flatMap((event) => {
    if (event.event === 'action-done') return [`${event.type} done`];
    return event.event === 'action-failed' ? [`${event.type}: ${event.text}`] : [];
  });

test('a program gets its arguments one by one, and no shell reads them', async (t) => {
  const file = join(await temporaryFolder(t), 'arguments');
  const script = 'printf "%s\\n" "$@" > "$0"';
  const station = await arriveWith(t, [
    { type: 'exec', cmd: ['/bin/sh', '-c', script, file, '@StudyInstanceUID@', '$(id); `id`', '', '@PATH@'] },
  ]);
  await station.scan();
  assert.deepEqual(outcomesOf(station), ['exec done']);
  assert.equal(await readFile(file, 'utf8'), `${STUDY}\n$(id); \`id\`\n\n${station.layout.rawStudy(STUDY)}\n`);
});

test('actions are done in their order; one that fails is told with its last words and holds up nothing', async (t) => {
  const station = await arriveWith(t, [
    { type: 'exec', cmd: ['/bin/sh', '-c', 'echo first >&2; echo no such disk >&2; exit 3'] },
    { type: 'exec', cmd: ['/bin/sh', '-c', 'kill -9 $$'] },
    { type: 'exec', cmd: ['no-such-program-anywhere'] },
    { type: 'exec', cmd: ['/bin/true'] },
  ]);
  assert.equal((await station.scan()).finished, 1);
  assert.deepEqual(outcomesOf(station), [
    'exec: /bin/sh ended with exit status 3: no such disk',
    'exec: /bin/sh ended with exit status 137: ',
    'exec: program no-such-program-anywhere cannot be found or may not be executed',
    'exec done',
  ]);
});

test('an action that was done before a crash is not done again, one that was not is', async (t) => {
  const folder = await temporaryFolder(t);
  const touch = (name: string): object => ({ type: 'exec', cmd: ['/usr/bin/touch', join(folder, name)] });
  const station = await arriveWith(t, [touch('first'), touch('second')]);
  const [mark] = (await listMarks(station.layout)).marks;
  assert.ok(mark);
  const claim = await claimMark(HELD, station.layout, mark);
  assert.ok(claim);
  const note = station.layout.actionsDone(claim.name);
  await writeFile(note, '["AI","study",0]\n["AI","stu');
  await station.scan();
  assert.equal(await exists(join(folder, 'first')), false);
  assert.equal(await exists(join(folder, 'second')), true);
  assert.equal(await exists(note), false);
});

test('an arrival that was set aside knows what was done for it when a person puts it back', async (t) => {
  const file = join(await temporaryFolder(t), 'lines');
  const note = { type: 'exec', cmd: ['/bin/sh', '-c', 'echo done >> "$0"', file] };
  const station = await makeFlowStation(t, { config: { Streams: [
    { name: 'Quick', trigger: {}, 'trigger-study': [note] },
    { name: 'Slow', trigger: {}, 'trigger-study': [note], timeout: 60 },
  ] } });
  const instance = await station.archive();
  await station.mark();
  await station.scan();
  const kept = await readFile(instance);
  await writeFile(instance, 'damaged');
  station.aheadSeconds = 61;
  assert.equal((await station.scan()).setAside, 1);
  await station.scan();
  await writeFile(instance, kept);
  const [aside = ''] = await readdir(station.layout.rejected);
  await rename(join(station.layout.rejected, aside), station.layout.claim(aside));
  assert.equal((await station.scan()).finished, 1);
  assert.equal(await readFile(file, 'utf8'), 'done\ndone\n', 'once for each stream');
  await station.scan();
  assert.deepEqual(await readdir(station.layout.claimed), []);
});

test('a study\'s and a series\' actions are told apart and get their own paths', async (t) => {
  const file = join(await temporaryFolder(t), 'lines');
  const note = (word: string): object =>
    ({ type: 'exec', cmd: ['/bin/sh', '-c', 'echo "$@" >> "$0"', file, word, '@PATH@', '@DESCRIPTION@'] });
  const station = await arriveWith(t, [note('study')], [note('series')]);
  await station.mark({ SeriesInstanceUID: SERIES });
  await station.scan();
  const { layout } = station;
  assert.deepEqual((await readFile(file, 'utf8')).trim().split('\n').sort(), [
    `series ${layout.rawSeries(STUDY, SERIES)} ${layout.seriesDescription(STUDY, SERIES)}`,
    `study ${layout.rawStudy(STUDY)} ${layout.studyDescription(STUDY)}`,
  ]);
});

test('send posts the description as JSON', async (t) => {
  const requests: { url: string | undefined; type: string | undefined; body: unknown }[] = [];
  const url = await serve(t, async (request) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    requests.push({ url: request.url, type: request.headers['content-type'], body });
    return 204;
  });
  const station = await arriveWith(t, [{ type: 'send', send: 'http', destination: `${url}/hook` }]);
  await station.scan();
  assert.deepEqual(outcomesOf(station), ['send done']);
  const [request] = requests;
  assert.deepEqual([request?.url, request?.type, requests.length], ['/hook', 'application/json', 1]);
  const description: unknown = JSON.parse(await readFile(station.layout.studyDescription(STUDY), 'utf8'));
  assert.deepEqual(request?.body, description);
});

test('an address that refuses or does not answer is told, and the arrival goes on', async (t) => {
  const url = await serve(t, async () => 503);
  const station = await arriveWith(t, [
    { type: 'send', destination: url }, { type: 'send', destination: 'http://127.0.0.1:1/' },
  ]);
  assert.equal((await station.scan()).finished, 1);
  const [refused, unreachable] = outcomesOf(station);
  assert.match(refused ?? '', /^send: http\S+ answered 503$/);
  assert.match(unreachable ?? '', /^send: http\S+ cannot be reached: ./);
});

/** An HTTP server that answers with a status. @returns its address */
async function serve(t: TestContext, answer: (request: IncomingMessage) => Promise<number>): Promise<string> {
  const server = createServer((request, response) => {
    void answer(request).then((status) => response.writeHead(status).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
