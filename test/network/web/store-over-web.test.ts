// STOW-RS against a server that answers as a script says: what is sent, to the byte, and what is made of each answer.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { failureText } from '../../../src/job/failure-text.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { InstanceToSend } from '../../../src/network/store-scu.ts';
import { storeOverWeb, type StowOptions } from '../../../src/network/web/store-over-web.ts';
import type { StowOutcome } from '../../../src/network/web/stow-outcome.ts';
import type { WebPeer } from '../../../src/network/web/web-peer.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { storedAnswer, startWebServer, type TestWebServer, type WebAnswer } from '../../rig/web-server.ts';
import { hasDataFolder, makeInstances, readDataFolder } from '../instances.ts';

const TIMEOUTS = { connectSeconds: 5, silenceSeconds: 5, totalSeconds: 30 };
const LIMITS = { bytes: 10_000_000, instances: 10 };

interface Stored {
  readonly outcome: StowOutcome;
  /** Statuses, or the reasons why there is none, by SOPInstanceUID. */
  readonly became: Readonly<Record<string, number | string>>;
  readonly failures: readonly Failure[];
}

async function store(
  { url }: { readonly url: string }, instances: readonly InstanceToSend[],
  { peer = {}, options = {}, signal }: {
    readonly peer?: Partial<WebPeer>; readonly options?: Partial<StowOptions>; readonly signal?: AbortSignal;
  } = {},
): Promise<Stored> {
  const became: Record<string, number | string> = {};
  const failures: Failure[] = [];
  const answered = new Set<string>();
  const outcome = await storeOverWeb({ url, timeouts: TIMEOUTS, ...peer }, instances, { limits: LIMITS, ...options }, {
    answered: async ({ instance: { SOPInstanceUID, file }, ...answer }) => {
      assert.ok(!answered.has(file), `${file} has two answers`);
      answered.add(file);
      if ('failure' in answer) failures.push(answer.failure);
      became[SOPInstanceUID] = 'status' in answer ? answer.status : answer.failure.reason;
    },
    signal,
  });
  return { outcome, became, failures };
}

async function instancesIn(t: TestContext, count: number, pixelBytes?: number): Promise<InstanceToSend[]> {
  return makeInstances(await temporaryFolder(t), count, pixelBytes);
}

const UIDsOf = (instances: readonly InstanceToSend[]) => instances.map(({ SOPInstanceUID }) => SOPInstanceUID);
const all = <Value>(instances: readonly InstanceToSend[], value: Value) => {
  return Object.fromEntries(UIDsOf(instances).map((UID) => [UID, value]));
};
const sizes = (server: TestWebServer) => server.asked.map(({ parts }) => parts.length);

test('each instance is a part with its transfer syntax and the bytes of its file, on one connection', async (t) => {
  const server = await startWebServer(t);
  const instances = [...await instancesIn(t, 25, 4000), ...hasDataFolder ? await readDataFolder() : []];
  const { outcome, became } = await store(server, instances);
  assert.deepEqual([outcome, became], [{}, all(instances, 0)]);
  assert.deepEqual(server.batches().flat(), UIDsOf(instances));
  assert.deepEqual(sizes(server).slice(0, 3), [1, 10, 10]); // the first alone, then as many as may be
  const parts = server.asked.flatMap((asked) => asked.parts);
  for (const [index, { file, TransferSyntaxUID }] of instances.entries()) {
    assert.equal(parts[index]?.head, `Content-Type: application/dicom; transfer-syntax=${TransferSyntaxUID}`);
    assert.ok(parts[index].bytes.equals(await readFile(file)), file);
  }
  assert.deepEqual([...new Set(server.asked.map(({ connection }) => connection))], [1]);
  assert.ok(server.asked.every(({ method, path }) => method === 'POST' && path === '/dicom-web/studies'));
  assert.ok(server.asked.every(({ headers }) => headers['content-length'] !== undefined));
});

test('requests are no longer than they may be, but for one instance that is', async (t) => {
  const server = await startWebServer(t);
  const instances = await instancesIn(t, 7, 10_000);
  await store(server, instances, { options: { limits: { bytes: 25_000, instances: 100 } } });
  assert.deepEqual(sizes(server), [1, 2, 2, 2]);
  const one = await startWebServer(t);
  await store(one, instances, { options: { limits: { bytes: 1, instances: 100 } } });
  assert.deepEqual(sizes(one), [1, 1, 1, 1, 1, 1, 1]);
});

test('the study is part of the address where it is asked for', async (t) => {
  const server = await startWebServer(t);
  await store(server, await instancesIn(t, 2), { options: { StudyInstanceUID: '1.2.3' } });
  assert.deepEqual(server.asked.map(({ path }) => path), ['/dicom-web/studies/1.2.3', '/dicom-web/studies/1.2.3']);
});

test('a server that passes over parts with a transfer syntax gets the rest without', async (t) => {
  const server = await startWebServer(t, {
    answer: ({ parts }) => (parts.some(({ head }) => head.includes(';')) ? storedAnswer([]) : undefined),
  });
  const instances = await instancesIn(t, 5);
  const { outcome, became } = await store(server, instances);
  assert.deepEqual([outcome, became, sizes(server)], [{}, all(instances, 0), [1, 1, 4]]);
});

test('so does one that refuses them', async (t) => {
  const server = await startWebServer(t, {
    answer: ({ parts }) => (parts.some(({ head }) => head.includes(';')) ? { status: 415 } : undefined),
  });
  const instances = await instancesIn(t, 5);
  const { outcome, became } = await store(server, instances);
  assert.deepEqual([outcome, became, sizes(server)], [{}, all(instances, 0), [1, 1, 4]]);
});

/** A script that answers the first instance well, and then as it is told. */
const thenAnswer = (answer: WebAnswer) => ({ answer: (_asked: unknown, index: number) => (index === 0 ? undefined : answer) });

test('a 202 or 409 tells of each instance what became of it', async (t) => {
  const instances = await instancesIn(t, 6);
  const [, warned = '', duplicate = '', refused = '', full = '', plain = ''] = UIDsOf(instances);
  for (const status of [202, 409, 200, 400]) {
    const server = await startWebServer(t, thenAnswer(storedAnswer([warned, plain], {
      status, warned: { [warned]: 0xb000 }, failed: { [duplicate]: 0x0111, [refused]: 0xa900, [full]: 0xa700 },
    })));
    const { outcome, became } = await store(server, instances);
    assert.deepEqual(outcome, {});
    assert.deepEqual(Object.values(became), [0, 0xb000, 0x0111, 0xa900, 0xa700, 0], String(status));
  }
});

test('reasons that contradict where they stand do not count: stored is stored, failed is failed', async (t) => {
  const instances = await instancesIn(t, 3);
  const [, stored = '', failed = ''] = UIDsOf(instances);
  const server = await startWebServer(t, thenAnswer(storedAnswer([stored], {
    status: 202, warned: { [stored]: 0xa700 }, failed: { [failed]: 0 },
  })));
  const { became } = await store(server, instances);
  assert.deepEqual([became[stored], became[failed]], [0x0001, 0x0110]);
});

test('an answer in XML is understood as one in JSON', async (t) => {
  const instances = await instancesIn(t, 3);
  const [, stored = '', failed = ''] = UIDsOf(instances);
  const item = (UID: string, reason: string) => `<Item number="1">
    <DicomAttribute tag="00081155" vr="UI" keyword="ReferencedSOPInstanceUID"><Value number="1">${UID}</Value></DicomAttribute>
    ${reason}</Item>`;
  const reason = '<DicomAttribute tag="00081197" vr="US"><Value number="1">43264</Value></DicomAttribute>';
  const body = `<?xml version="1.0"?><NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">
    <DicomAttribute tag="00081199" vr="SQ">${item(stored, '')}</DicomAttribute>
    <DicomAttribute tag="00081198" vr="SQ">${item(failed, reason)}</DicomAttribute></NativeDicomModel>`;
  const server = await startWebServer(t, thenAnswer({ status: 202, headers: { 'content-type': 'application/dicom+xml' }, body }));
  const { became } = await store(server, instances);
  assert.deepEqual([became[stored], became[failed]], [0, 0xa900]);
});

test('a server that has no JSON is asked for XML', async (t) => {
  const server = await startWebServer(t, {
    answer: ({ headers }) => (headers.accept === 'application/dicom+xml' ? undefined : { status: 406 }),
  });
  const instances = await instancesIn(t, 3);
  assert.deepEqual((await store(server, instances)).became, all(instances, 0));
});

test('what an answer does not name is sent again alone, and not stored where it is not named even then', async (t) => {
  const instances = await instancesIn(t, 4);
  const [, forgotten = '', ignored = ''] = UIDsOf(instances);
  const server = await startWebServer(t, {
    answer: ({ parts }) => {
      const UIDs = parts.map(({ SOPInstanceUID }) => SOPInstanceUID);
      return storedAnswer(UIDs.filter((UID) => UID !== ignored && !(UID === forgotten && UIDs.length > 1)));
    },
  });
  const { outcome, became } = await store(server, instances);
  assert.deepEqual(outcome, {});
  assert.deepEqual(Object.entries(became).filter(([, what]) => what !== 0), [[ignored, 'web-instance-untold']]);
});

for (const [what, body, contentType] of [
  ['nothing', '', 'application/dicom+json'], ['a page', '<html><body>Please log in</body></html>', 'text/html'],
  ['JSON of another kind', '[1, "two", null]', 'application/json'],
  ['half an answer', '{"00081199": {"vr": "SQ", "Value": [', 'application/dicom+json'],
  ['XML that means harm', '<!DOCTYPE a [<!ENTITY b "1.2.3">]><NativeDicomModel>&b;</NativeDicomModel>', 'application/dicom+xml'],
  ['garbage', Buffer.from([0, 255, 1, 254]), 'application/dicom+json'],
] as const) {
  test(`a 200 with ${what} stores nothing`, async (t) => {
    const server = await startWebServer(t, { answer: () => ({ status: 200, body, headers: { 'content-type': String(contentType) } }) });
    const instances = await instancesIn(t, 5);
    const { outcome, became } = await store(server, instances);
    assert.ok(Object.values(became).every((answer) => typeof answer === 'string'), JSON.stringify(became));
    assert.ok(['web-server-away', 'web-instance-untold'].includes(outcome.failure?.reason ?? ''), JSON.stringify(outcome));
    assert.equal(outcome.hold, undefined);
  });
}

test('an answer without end is not read to it', async (t) => {
  const server = await startWebServer(t, {
    answer: () => ({ status: 200, headers: { 'content-type': 'application/dicom+json' }, body: Buffer.alloc(40_000_000, ' ') }),
  });
  const { outcome } = await store(server, await instancesIn(t, 1));
  assert.match(failureText(outcome.failure!), /answer without end/);
});

test('what is too large goes in smaller requests, and alone it is refused', async (t) => {
  const instances = await instancesIn(t, 20, 10_000);
  const [huge] = await makeInstances(await temporaryFolder(t), 1, 60_000);
  const withHuge = [...instances, { ...huge!, SOPInstanceUID: '1.2.826.0.1.3680043.10.1.1' }];
  const server = await startWebServer(t, {
    answer: ({ headers }) => (Number(headers['content-length']) > 50_000 ? { status: 413 } : undefined),
  });
  const { outcome, became } = await store(server, instances);
  assert.deepEqual([outcome, became], [{}, all(instances, 0)]);
  assert.ok(sizes(server).slice(4).every((size) => size <= 5), JSON.stringify(sizes(server)));
  const { became: ofHuge, failures } = await store(server, withHuge.slice(-1));
  assert.deepEqual(Object.values(ofHuge), ['web-instance-refused']);
  assert.match(failureText(failures[0]!), /answered 413/);
});

test('one bad instance costs no other its place', async (t) => {
  const instances = await instancesIn(t, 30);
  const bad = UIDsOf(instances)[17] ?? '';
  const server = await startWebServer(t, {
    answer: ({ parts }) => (parts.some(({ SOPInstanceUID }) => SOPInstanceUID === bad)
      ? { status: 400, headers: { 'content-type': 'application/json' }, body: '{"Message": "Bad file format"}' } : undefined),
  });
  const { outcome, became, failures } = await store(server, instances);
  assert.deepEqual([outcome, became], [{}, { ...all(instances, 0), [bad]: 'web-instance-refused' }]);
  assert.match(failureText(failures[0]!), /it answered 400 \(Bad Request\): \{"Message": "Bad file format"\}/);
  assert.equal(sizes(server).at(-1), 9); // requests are as long as before
});

test('an instance that breaks the server keeps the others from nothing, and a broken server is not asked for long', async (t) => {
  const instances = await instancesIn(t, 12);
  const bad = UIDsOf(instances)[5] ?? '';
  const server = await startWebServer(t, {
    answer: ({ parts }) => (parts.some(({ SOPInstanceUID }) => SOPInstanceUID === bad) ? { status: 500 } : undefined),
  });
  const { outcome, became } = await store(server, instances);
  assert.equal(outcome.failure?.reason, 'web-server-away');
  assert.deepEqual(Object.keys(became).sort(), UIDsOf(instances).filter((UID) => UID !== bad).sort());
  const broken = await startWebServer(t, { answer: () => ({ status: 500 }) });
  assert.equal((await store(broken, instances)).outcome.failure?.reason, 'web-server-away');
  assert.equal(broken.asked.length, 3);
});

for (const status of [401, 403]) {
  test(`a ${status} is for a person to look at, and tells nothing of what was shown`, async (t) => {
    const server = await startWebServer(t, {
      answer: ({ headers }) => ({ status, headers: { 'content-type': 'text/plain' }, body: `not ${headers.authorization}` }),
    });
    const peer = { readAuthorization: async () => ({ text: 'Basic c2VjcmV0OnBhc3N3b3Jk' }) };
    const { outcome } = await store(server, await instancesIn(t, 3), { peer });
    assert.deepEqual([outcome.failure?.reason, outcome.hold], ['web-not-allowed', true]);
    assert.equal(server.asked[0]?.headers.authorization, 'Basic c2VjcmV0OnBhc3N3b3Jk');
    assert.equal(JSON.stringify(outcome).includes('c2VjcmV0'), false);
    assert.equal(server.asked.length, 1);
  });
}

for (const status of [400, 404, 500, 503, 307]) {
  test(`nor does a ${status} that repeats what was shown`, async (t) => {
    const server = await startWebServer(t, {
      answer: ({ headers: { authorization = '' } }) => ({
        status, body: `${'.'.repeat(180)} ${authorization} and password`,
        headers: { 'content-type': 'text/plain', location: `http://127.0.0.1:9/?${authorization.slice(6)}` },
      }),
    });
    const peer = { readAuthorization: async () => ({ text: 'Basic c2VjcmV0OnBhc3N3b3Jk' }) };
    const { outcome, failures } = await store(server, await instancesIn(t, 1), { peer });
    const told = JSON.stringify([outcome, failures]);
    assert.doesNotMatch(told, /c2VjcmV0|password/);
    assert.match(told, new RegExp(`answered ${status}`));
  });
}

test('a server that is busy is asked again when it says', async (t) => {
  const instances = await instancesIn(t, 3);
  for (const [header, seconds] of [['120', 120], [new Date(Date.now() + 90_000).toUTCString(), 90], ['soon', undefined]] as const) {
    const server = await startWebServer(t, { answer: () => ({ status: 503, headers: { 'retry-after': header } }) });
    const { outcome: { failure } } = await store(server, instances);
    assert.equal(failure?.reason, 'web-server-busy');
    const asked = failure.afterSeconds;
    if (seconds === undefined) assert.equal(asked, undefined);
    else assert.ok(asked !== undefined && Math.abs(asked - seconds) <= 2, `${header}: ${asked}`);
  }
});

test('redirections are told and not followed', async (t) => {
  const server = await startWebServer(t, { answer: () => ({ status: 307, headers: { location: 'http://127.0.0.1:9/' } }) });
  const { outcome } = await store(server, await instancesIn(t, 1));
  assert.match(failureText(outcome.failure!), /answered 307 \(Temporary Redirect\) and refers to http:\/\/127\.0\.0\.1:9\//);
});

for (const status of [404, 405, 502, 504]) {
  test(`a ${status} says that nobody can store now`, async (t) => {
    const server = await startWebServer(t, { answer: () => ({ status }) });
    const { outcome, became } = await store(server, await instancesIn(t, 5));
    assert.deepEqual([outcome.failure?.reason, outcome.hold, became], ['web-server-away', undefined, {}]);
    assert.equal(server.asked.length, 1);
  });
}

test('an answer that is lost in the middle leaves its instances to be sent again', async (t) => {
  const instances = await instancesIn(t, 4);
  const server = await startWebServer(t, thenAnswer({ brokenOff: '{"00081199": {"vr": "SQ"' }));
  const { outcome, became } = await store(server, instances);
  assert.deepEqual([outcome.failure?.reason, became], ['web-server-away', { [UIDsOf(instances)[0]!]: 0 }]);
});

test('a server that hangs is waited for as long as said', async (t) => {
  const server = await startWebServer(t, { answer: () => 'hang' });
  const peer = { timeouts: { ...TIMEOUTS, silenceSeconds: 0.4 } };
  const { outcome } = await store(server, await instancesIn(t, 1), { peer });
  assert.match(failureText(outcome.failure!), /said nothing for 0\.4 s/);
});

test('one that closes long requests without a word gets shorter ones', async (t) => {
  const instances = await instancesIn(t, 9, 2_000_000);
  const server = await startWebServer(t, {
    early: (headers) => (Number(headers['content-length']) > 5_000_000 ? 'reset' : undefined),
  });
  const limits = { bytes: 100_000_000, instances: 100 };
  const { outcome, became } = await store(server, instances, { options: { limits } });
  assert.deepEqual([outcome, became], [{}, all(instances, 0)]);
});

test('an answer before all was sent is the answer', async (t) => {
  const server = await startWebServer(t, { early: () => ({ status: 403 }) });
  const { outcome } = await store(server, await instancesIn(t, 1, 20_000_000));
  assert.ok(outcome.hold === true || outcome.failure?.reason === 'web-server-away', JSON.stringify(outcome));
});

test('a kept connection that the server has closed is replaced', async (t) => {
  let closed = false;
  const server = await startWebServer(t, {
    answer: (_asked, index) => {
      if (index !== 1 || closed) return undefined;
      closed = true;
      return 'reset'; // as if it had been closed while the request was on its way
    },
  });
  const instances = await instancesIn(t, 4);
  const { outcome, became } = await store(server, instances);
  assert.deepEqual([outcome, became], [{}, all(instances, 0)]);
  assert.deepEqual(server.asked.map(({ connection }) => connection), [1, 1, 2]);
});

test('a server that is not there is told as such', async () => {
  const instance: InstanceToSend = { file: import.meta.filename, SOPClassUID: '', SOPInstanceUID: '1', TransferSyntaxUID: '' };
  const { outcome } = await store({ url: 'http://127.0.0.1:9/dicom-web' }, [instance]);
  assert.match(failureText(outcome.failure!), /127\.0\.0\.1:9\/dicom-web refuses the connection/);
});

test('one that speaks no HTTP too', async (t) => {
  const tcp = createTcpServer((socket) => void socket.end('220 mail.example ESMTP\r\n')).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  t.after(() => tcp.close());
  const url = `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
  const { outcome } = await store({ url }, await instancesIn(t, 1));
  assert.equal(outcome.failure?.reason, 'web-server-away');
});

test('what is to be shown and is not there is told, and nothing is sent', async (t) => {
  const server = await startWebServer(t);
  const peer = { readAuthorization: async () => ({ fault: '/etc/token cannot be read (ENOENT)' }) };
  const { outcome } = await store(server, await instancesIn(t, 1), { peer });
  assert.deepEqual([outcome.failure?.reason, server.asked.length], ['secret-missing', 0]);
});

test('files that are gone, shortened or none are told, and the rest goes on', async (t) => {
  const folder = await temporaryFolder(t);
  const instances = await makeInstances(folder, 6, 10_000);
  const [, gone, , directory, cut] = instances;
  await rm(gone!.file);
  await rm(directory!.file);
  await mkdir(directory!.file);
  let isCut = false;
  const server = await startWebServer(t);
  const became: Record<string, unknown> = {};
  const outcome = await storeOverWeb({ url: server.url, timeouts: TIMEOUTS }, instances, { limits: LIMITS }, {
    answered: async ({ instance, ...answer }) => {
      became[instance.SOPInstanceUID] = 'status' in answer ? answer.status : answer.failure.reason;
      if (isCut || !('status' in answer)) return;
      isCut = true;
      await truncate(cut!.file, 500); // its size is known by now, its bytes are not
    },
  });
  assert.deepEqual(outcome, {});
  const faulty = Object.entries(became).filter(([, what]) => what !== 0);
  assert.deepEqual(faulty.map(([, what]) => what), Array(faulty.length).fill('instance-unreadable'));
  assert.deepEqual(faulty.map(([UID]) => UID).sort(), UIDsOf([gone!, directory!, cut!]).sort());
  assert.deepEqual(server.batches().flat().sort(), UIDsOf([instances[0]!, instances[2]!, instances[5]!]).sort());
});

test('the caller may stop in the middle of an instance', async (t) => {
  const stopping = new AbortController();
  const server = await startWebServer(t, {
    early: () => {
      stopping.abort();
      return undefined;
    },
  });
  const { outcome } = await store(server, await instancesIn(t, 1, 30_000_000), { signal: stopping.signal });
  assert.deepEqual(outcome, { stopped: true });
});

test('nothing is sent when the caller has stopped already', async (t) => {
  const server = await startWebServer(t);
  const { outcome } = await store(server, await instancesIn(t, 1), { signal: AbortSignal.abort() });
  assert.deepEqual([outcome, server.asked.length], [{ stopped: true }, 0]);
});

test('an instance of 1 GB leaves in bounded memory', async (t) => {
  const folder = await temporaryFolder(t);
  const [small] = await makeInstances(folder, 1);
  const file = join(folder, 'large.dcm');
  await writeFile(file, await readFile(small!.file));
  await truncate(file, 1_000_000_000); // a hole reads as zeros, which no server here looks at
  const server = await startWebServer(t, { forgetsBodies: true, answer: () => storedAnswer([small!.SOPInstanceUID]) });
  const before = process.memoryUsage.rss();
  let most = 0;
  const look = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()); }, 20);
  const begun = performance.now();
  const { outcome, became } = await store(server, [{ ...small!, file }]);
  clearInterval(look);
  assert.deepEqual([outcome, became, server.bytes() > 1_000_000_000], [{}, all([small!], 0), true]);
  t.diagnostic(`${Math.round((most - before) / 1e6)} MB more, server and all; ${Math.round(performance.now() - begun)} ms`);
  assert.ok(most - before < 200e6, `${most - before} bytes more`);
});
