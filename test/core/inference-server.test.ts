import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AttemptFiles } from '../../src/core/attempt-files.ts';
import type { InferenceServer } from '../../src/config/core-specification.ts';
import type { CoreRun, CoreState } from '../../src/core/executor.ts';
import { inferenceServerExecutor as executor } from '../../src/core/inference-server/inference-server.ts';
import { findTaskRecord, writeTaskRecordDurable } from '../../src/core/inference-server/task-record.ts';
import { readBundle } from '../../src/bundle/read-bundle.ts';
import { packed } from '../bundle/packed.ts';
import { fileOfForm, startInferenceServer, type Answer, type InferenceServerOptions, type TestInferenceServer,
} from '../rig/inference-server.ts';
import { memoryHeld } from '../rig/memory-held.ts';
import { makeRun } from './core-run.ts';

const DICOM = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.from('an instance')]);

/** A run of a core on a server that follows a script; two instances are its input. */
async function makeServerRun(
  t: TestContext, options: Partial<InferenceServerOptions> = {}, core: Partial<InferenceServer> = {}, maxBytes = 1e6,
): Promise<{ readonly run: CoreRun; readonly server: TestInferenceServer; readonly files: AttemptFiles }> {
  const server = await startInferenceServer(t, { version: 1, ...options });
  const run = await makeRun(t, {
    executor: 'inference-server', timeoutSeconds: 86_400,
    inferenceServer: {
      url: server.url, version: server.version, model: 'liver & spleen', pollSeconds: 0, deleteRemote: true,
      resubmit: false, ...core,
    },
    outputs: { maxBytes, minInstances: 0, maxInstances: 10, SOPClassUIDs: [], expect: [], references: 'input' },
  });
  await writeFile(join(run.dataFolder, 'input', '1.2.3.dcm'), DICOM);
  await writeFile(join(run.dataFolder, 'input', '1.2.4.dcm'), Buffer.alloc(700, 7));
  return { run, server, files: new AttemptFiles(run.attemptFolder) };
}

async function submit(run: CoreRun): Promise<void> {
  const started = await executor.start(run);
  assert.ok('started' in started, JSON.stringify(started));
}

/** What is asked and answered in each interface. */
const INTERFACES = [
  {
    version: 1, field: 'zip_file', submit: '/inference/?model_human_readable_id=liver+%26+spleen',
    ask: '/inference/task-1', delete: '/inference/task-1',
  },
  {
    version: 2, field: 'tar_file', submit: '/inference/api/tasks/?human_readable_id=liver+%26+spleen',
    ask: '/inference/api/tasks/outputs/?uid=task-1', delete: '/inference/api/tasks/?uid=task-1',
  },
] as const;

for (const { version, field, ...paths } of INTERFACES) {
  test(`version ${version}: the input is sent, the result asked for and taken in, the task deleted when told`, async (t) => {
    const result = await packed(version === 1 ? 'zip' : 'tar', { 'a.dcm': DICOM, 'container.log': 'all well' });
    const { run, server, files } = await makeServerRun(t, { version, ask: [{ status: 554 }, { status: 551 },
      { status: 200, body: result }] });
    assert.deepEqual(await executor.poll(run), { state: 'not-started' });
    assert.deepEqual(await executor.start(run), { started: true, handle: `task task-1 at ${server.url}` });
    assert.deepEqual(await executor.poll(run), { state: 'running' });
    assert.deepEqual(await executor.poll(run), { state: 'running' });
    assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 0 });
    await executor.collect(run);
    assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 0 });
    assert.deepEqual(await readdir(run.outputFolder), ['a.dcm']);
    assert.deepEqual(await readFile(join(run.outputFolder, 'a.dcm')), DICOM);
    assert.equal(await readFile(join(files.returned, 'container.log'), 'utf8'), 'all well');
    assert.equal(server.of('delete').length, 0);
    assert.equal(await executor.release?.(run), undefined);
    assert.equal(await executor.release?.(run), undefined);
    assert.deepEqual(server.asked.map(({ method, path }) => `${method} ${path}`), [
      `POST ${paths.submit}`, `GET ${paths.ask}`, `GET ${paths.ask}`, `GET ${paths.ask}`, `DELETE ${paths.delete}`]);

    const [submission] = server.of('submit');
    const { head, file } = fileOfForm(submission!);
    assert.match(head, new RegExp(`name="${field}"; filename="input\\.`));
    assert.equal(Number(submission?.headers['content-length']), submission?.body.length);
    const sent = join(run.attemptFolder, 'sent');
    await writeFile(sent, file);
    const names: string[] = [];
    for await (const { name, content } of readBundle(sent)) {
      const bytes = await buffer(content);
      assert.deepEqual(bytes, await readFile(join(run.dataFolder, 'input', name)));
      names.push(name);
    }
    assert.deepEqual(names, ['1.2.3.dcm', '1.2.4.dcm']);
  });
}

test('starting a second time sends nothing', async (t) => {
  const { run, server } = await makeServerRun(t);
  await submit(run);
  await submit(run);
  assert.equal(server.of('submit').length, 1);
});

/** What a server may answer to a submission. */
const REFUSALS: Readonly<Record<string, { answers: Answer[]; version?: 2; reason: string; text: RegExp }>> = {
  'an unknown model': { answers: [{ status: 550 }], reason: 'inference-model-unknown', text: /^$/ },
  'no permission': {
    answers: [{ status: 403, body: 'no\u001b[2Jentry' }], reason: 'inference-server-refused', text: /answered 403: no\\x1b/ },
  'a redirection': {
    answers: [{ status: 307, headers: { location: 'https://elsewhere/' } }], reason: 'inference-server-refused',
    text: /refers to https:\/\/elsewhere\// },
  'a web page': { answers: [{ status: 200, body: '<html>' }], reason: 'inference-server-refused', text: /no task id.*<html>/ },
  'an id that would leave the address': {
    answers: [{ status: 200, body: '".."' }], reason: 'inference-server-refused', text: /no task id/ },
  'trouble': { answers: [{ status: 500, body: 'x'.repeat(1e6) }], reason: 'inference-server-away', text: /answered 500: x{200}$/ },
  'an object without uid': {
    answers: [{ status: 200, body: '{"id":1}' }], version: 2, reason: 'inference-server-refused', text: /no task id/ },
};

for (const [what, { answers, version = 1, reason, text }] of Object.entries(REFUSALS)) {
  test(`${what}, as the answer to a submission, leaves no task and no doubt`, async (t) => {
    const { run, server, files } = await makeServerRun(t, { version, submit: answers });
    const started = await executor.start(run);
    assert.ok('reason' in started && started.reason === reason, JSON.stringify(started));
    assert.match('text' in started ? String(started.text) : '', text);
    assert.equal(await findTaskRecord(files), undefined);
    assert.deepEqual(await executor.poll(run), { state: 'not-started' });
    assert.equal(server.of('submit').length, 1);
  });
}

test('a submission that cannot have come to its end leaves no doubt: it is sent again', async (t) => {
  const { run, server } = await makeServerRun(t, { submit: ['reset early', { status: 200, body: '7' }] });
  await writeFile(join(run.dataFolder, 'input', 'large.dcm'), Buffer.alloc(20_000_000));
  const first = await executor.start(run);
  assert.ok('reason' in first && first.reason === 'inference-server-away', JSON.stringify(first));
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
  assert.deepEqual(await executor.start(run), { started: true, handle: `task 7 at ${server.url}` });
});

test('nobody listens: no doubt', async (t) => {
  const { run } = await makeServerRun(t, {}, { url: 'http://127.0.0.1:9/' });
  const started = await executor.start(run);
  assert.deepEqual(started, {
    reason: 'inference-server-away', url: 'http://127.0.0.1:9/', text: 'refuses the connection' });
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
});

test('a submission that came to its end without an answer is in doubt, and never sent again', async (t) => {
  const { run, server } = await makeServerRun(t, { submit: ['reset'] });
  const started = await executor.start(run);
  assert.ok('reason' in started && started.reason === 'submission-uncertain', JSON.stringify(started));
  const state = await executor.poll(run);
  assert.ok(state.state === 'undecided' && state.failure.reason === 'submission-uncertain');
  assert.ok('reason' in await executor.start(run));
  assert.equal(server.of('submit').length, 1);
});

test('with resubmit it is sent again', async (t) => {
  const { run, server } = await makeServerRun(t, { submit: ['reset', { status: 200, body: '"b"' }] }, { resubmit: true });
  const first = await executor.start(run);
  assert.ok('reason' in first && first.reason === 'inference-server-away', JSON.stringify(first));
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
  await submit(run);
  assert.equal(server.of('submit').length, 2);
});

for (const resubmit of [false, true]) {
  test(`a crash after the last byte, ${resubmit ? 'with' : 'without'} resubmit`, async (t) => {
    const { run, files } = await makeServerRun(t, {}, { resubmit });
    const now = new Date().toISOString();
    await writeTaskRecordDurable(files, { place: 1, sendingSince: now, sentAt: now });
    const { state } = await executor.poll(run);
    assert.equal(state, resubmit ? 'not-started' : 'undecided');
  });
}

/** What a server may say of a task at last. */
const ENDS: Readonly<Record<string, { answer: Answer; reason: string }>> = {
  'failed (552)': { answer: { status: 552, body: 'CUDA out of memory' }, reason: 'inference-task-failed' },
  'output missing (553)': { answer: { status: 553 }, reason: 'inference-output-missing' },
  'model unknown (550)': { answer: { status: 550 }, reason: 'inference-model-unknown' },
  'nothing at all': { answer: { status: 200 }, reason: 'inference-result-unusable' },
  'garbage': { answer: { status: 200, body: Buffer.alloc(4096, 0xa5) }, reason: 'inference-result-unusable' },
  'more than there may be': {
    answer: { status: 200, body: Buffer.alloc(2_200_000) }, reason: 'output-bytes' },
};

for (const [what, { answer, reason }] of Object.entries(ENDS)) {
  test(`a task that ends with ${what} has failed, and the server is asked no more`, async (t) => {
    const { run, server } = await makeServerRun(t, { ask: [answer] });
    await submit(run);
    const state = await executor.poll(run);
    assert.ok(state.state === 'failed' && state.failure.reason === reason, JSON.stringify(state));
    assert.deepEqual(await executor.poll(run), state);
    assert.equal(server.of('ask').length, 1);
    assert.deepEqual(await readdir(run.outputFolder), []);
  });
}

/** Answers after which the task goes on. */
const TROUBLE: Readonly<Record<string, { answer: Answer; text: RegExp }>> = {
  '500': { answer: { status: 500, body: 'Internal' }, text: /^answered 500: Internal$/ },
  '502 of a proxy': { answer: { status: 502 }, text: /^answered 502$/ },
  'a redirection': { answer: { status: 302, headers: { location: '/login' } }, text: /refers to \/login/ },
  'a wrong token': { answer: { status: 401 }, text: /^answered 401$/ },
  'a reset': { answer: 'reset', text: /^closed the connection$/ },
  'a reset in the middle of the result': { answer: { brokenOff: Buffer.alloc(100_000) }, text: /^closed the connection$/ },
};

for (const [what, { answer, text }] of Object.entries(TROUBLE)) {
  test(`${what}, as the answer about a task, is trouble that passes`, async (t) => {
    const result = await packed('zip', { 'a.dcm': DICOM });
    const { run } = await makeServerRun(t, { ask: [answer, { status: 200, body: result }] });
    await submit(run);
    const state = await executor.poll(run);
    assert.ok(state.state === 'running' && state.trouble?.failure.reason === 'inference-server-away', JSON.stringify(state));
    assert.match(state.trouble.failure.text, text);
    assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 0 });
  });
}

test('a server that hangs is left alone after it was waited for', async (t) => {
  const { run, server } = await makeServerRun(t, { delete: ['hang'] });
  await submit(run);
  const began = performance.now();
  const left = await executor.release?.(run);
  assert.match(left?.reason === 'inference-task-left' ? left.text : '', /said nothing for 10 s/);
  assert.ok(performance.now() - began < 20_000);
  const state = await executor.poll(run);
  assert.ok(state.state === 'running' && state.trouble !== undefined, JSON.stringify(state));
  assert.equal(server.of('ask').length, 0);
});

test('a server is asked no more often than configured, and more and more seldom while it does not work', async (t) => {
  const { run, server, files } = await makeServerRun(t, { ask: [{ status: 551 }, { status: 503 }] }, { pollSeconds: 0.2 });
  await submit(run);
  const waits: number[] = [];
  for (let asked = 1; asked <= 3; asked += 1) {
    while (server.of('ask').length < asked) {
      await executor.poll(run);
      await delay(10);
    }
    await delay(20); // the note is written after the answer
    const note = JSON.parse(await readFile(files.inferenceAsked, 'utf8')) as { askedAt: string; askAgainAt: string };
    waits.push(Date.parse(note.askAgainAt) - Date.parse(note.askedAt));
  }
  assert.deepEqual(waits, [200, 400, 800]);
  const [first, second, third] = server.of('ask').map(({ at }) => at);
  assert.ok(second! - first! >= 195 && third! - second! >= 395, JSON.stringify([first, second, third]));
});

async function setUnknownSince(files: AttemptFiles, seconds: number): Promise<void> {
  const note = JSON.parse(await readFile(files.inferenceAsked, 'utf8')) as object;
  const unknownSince = new Date(Date.now() - seconds * 1000).toISOString();
  await writeFile(files.inferenceAsked, JSON.stringify({ ...note, unknownSince }));
}

const LOST: readonly { status: number; version: 1 | 2; normalSeconds: number; first: CoreState['state'] }[] = [
  { status: 554, version: 1, normalSeconds: 120, first: 'running' },
  { status: 404, version: 1, normalSeconds: 3600, first: 'running' },
  { status: 500, version: 2, normalSeconds: 3600, first: 'running' },
];

for (const { status, version, normalSeconds, first } of LOST) {
  test(`a task of which a server of version ${version} says ${status} for ${normalSeconds} s is lost`, async (t) => {
    const { run, files } = await makeServerRun(t, { version, ask: [{ status }] });
    await submit(run);
    assert.equal((await executor.poll(run)).state, first);
    await setUnknownSince(files, normalSeconds - 10);
    assert.equal((await executor.poll(run)).state, 'running');
    await setUnknownSince(files, normalSeconds + 1);
    assert.deepEqual(await executor.poll(run), { state: 'vanished' });
  });
}

test('a task that is known again in between is not lost', async (t) => {
  const { run, files } = await makeServerRun(t, { ask: [{ status: 554 }, { status: 551 }, { status: 554 }] });
  await submit(run);
  await executor.poll(run);
  await setUnknownSince(files, 119);
  await executor.poll(run);
  assert.deepEqual(await executor.poll(run), { state: 'running' });
});

test('cancelling forgets the task here at once and there as soon as may be', async (t) => {
  const { run, server } = await makeServerRun(t, { delete: [{ status: 500 }, { status: 200 }] }, { deleteRemote: false });
  await submit(run);
  await executor.cancel(run);
  assert.deepEqual(await executor.poll(run), { state: 'vanished' });
  assert.equal((await executor.release?.(run))?.reason, 'inference-task-left');
  assert.equal(await executor.release?.(run), undefined);
  assert.equal(await executor.release?.(run), undefined);
  assert.equal(server.of('delete').length, 2);
});

test('a task that is not to be deleted stays', async (t) => {
  const { run, server } = await makeServerRun(t, {}, { deleteRemote: false });
  await submit(run);
  assert.equal(await executor.release?.(run), undefined);
  assert.equal(server.of('delete').length, 0);
});

for (const status of [404, 552, 553, 554]) {
  test(`a server that says ${status} to a deletion has nothing left to delete`, async (t) => {
    const { run } = await makeServerRun(t, { delete: [{ status }] });
    await submit(run);
    assert.equal(await executor.release?.(run), undefined);
  });
}

test('the token goes with every request, and its absence is told', async (t) => {
  const tokenFile = join(await temporary(t), 'token');
  await writeFile(tokenFile, 'open sesame\n');
  const { run, server } = await makeServerRun(t, {}, { token: { file: tokenFile } });
  await submit(run);
  await executor.poll(run);
  await executor.release?.(run);
  assert.deepEqual(server.asked.map(({ headers }) => headers['x-token']), Array(3).fill('open sesame'));
  const missing = await makeServerRun(t, {}, { token: { file: '/nowhere/token' } });
  const started = await executor.start(missing.run);
  assert.match('reason' in started && 'text' in started ? String(started.text) : '', /token.*\/nowhere\/token.*ENOENT/);
});

async function temporary(t: TestContext): Promise<string> {
  const { run } = await makeServerRun(t);
  const folder = join(run.attemptFolder, 'files');
  await mkdir(folder);
  return folder;
}

test('a study and a result of hundreds of megabytes go through constant memory', async (t) => {
  const { run } = await makeServerRun(t, { forgetsBodies: true, submit: [{ status: 503 }] }, {}, 1e9);
  await truncate(join(run.dataFolder, 'input', '1.2.3.dcm'), 400_000_000);
  const before = memoryHeld();
  let most = 0;
  const looking = setInterval(() => { most = Math.max(most, memoryHeld() - before); }, 100);
  const started = await executor.start(run);
  clearInterval(looking);
  assert.ok('reason' in started && started.reason === 'inference-server-away', JSON.stringify(started));
  assert.ok(most > 0 && most < 50e6, `${most} bytes to send it`);

  const result = await makeServerRun(t, { ask: [{ status: 200, body: await packed('tar', { 'a.dcm': Buffer.alloc(200e6) }) }] }, {}, 1e9);
  await submit(result.run);
  const held = memoryHeld();
  most = 0;
  const lookingAgain = setInterval(() => { most = Math.max(most, memoryHeld() - held); }, 100);
  assert.deepEqual(await executor.poll(result.run), { state: 'ended', exitCode: 0 });
  clearInterval(lookingAgain);
  assert.ok(most > 0 && most < 50e6, `${most} bytes to take it in`);
});
