// Datasets made to hurt: whatever the bytes and however they are cut, the reader ends in bounded time and memory, with
// the same result for the same bytes, and never throws.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';

import { HeaderReader, type HeaderReaderOptions, type HeaderState } from '../../src/dicom/header.ts';
import { memoryHeld } from '../rig/memory-held.ts';
import { element, head, item, itemEnd, sequenceEnd, UNDEFINED_LENGTH } from './encode.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const ALL = [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED];
const MEBIBYTE = 1024 * 1024;

interface Result {
  state: HeaderState;
  failure: string | undefined;
  elements: unknown[];
}

function readInChunks(chunks: Iterable<Buffer>, TransferSyntaxUID: string, options?: HeaderReaderOptions): Result {
  const reader = new HeaderReader(TransferSyntaxUID, options);
  for (const chunk of chunks) reader.push(chunk);
  const state = reader.finish();
  const { header, failure } = reader;
  const elements = [...header.entries()].map(({ tag, vr, length }) => [tag, vr, length, header.bytes(tag)]);
  return { state, failure, elements };
}

function* chunksOf(bytes: Buffer, size: number): Iterable<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

/** Numbers that look random and are the same in every run: Marsaglia's xorshift of 32 bits. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const inside = element(0x00080060, 'CS', 'XX');
const dataset = Buffer.concat([
  element(0x00080005, 'CS', 'ISO_IR 100'),
  element(0x00080018, 'UI', '1.2.3.45'),
  head(0x00081140, 'SQ', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH, inside), itemEnd(),
  item(inside.length, inside), sequenceEnd(),
  element(0x00081032, 'SQ', item(inside.length, inside)),
  head(0x00091001, 'UN', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH, element(0x00091002, 'LO', 'x', 'implicit')),
  itemEnd(), sequenceEnd(),
  element(0x00091010, 'OB', Buffer.alloc(70_000)),
  element(0x00100010, 'PN', 'Test^Cut'),
  element(0x0020000d, 'UI', '1.2.3.4'),
  head(0x7fe00010, 'OW', 4), Buffer.alloc(4),
]);

test('gives the same header however the bytes are cut into chunks', () => {
  const whole = readInChunks([dataset], EXPLICIT);
  assert.equal(whole.state, 'complete');
  for (const size of [1, 2, 3, 7, 13, 64, 1000, 65_536]) {
    assert.deepEqual(readInChunks(chunksOf(dataset, size), EXPLICIT), whole, `chunks of ${size}`);
  }
});

test('gives the same header when cut in two at any byte', () => {
  const whole = readInChunks([dataset], EXPLICIT);
  for (let cut = 0; cut <= dataset.length; cut += cut > 300 && cut < dataset.length - 300 ? 997 : 1) {
    assert.deepEqual(readInChunks([dataset.subarray(0, cut), dataset.subarray(cut)], EXPLICIT), whole, `cut at ${cut}`);
  }
});

test('gives the same header of a deflated dataset however it is cut', () => {
  const deflated = deflateRawSync(dataset);
  const whole = readInChunks([deflated], DEFLATED);
  assert.equal(whole.state, 'complete');
  for (const size of [1, 5, 100]) assert.deepEqual(readInChunks(chunksOf(deflated, size), DEFLATED), whole);
});

test('completes or fails, and never throws, at whatever byte a dataset ends', () => {
  for (const [bytes, UID] of [[dataset, EXPLICIT], [deflateRawSync(dataset), DEFLATED]] as const) {
    const complete: number[] = [];
    for (let length = 0; length < bytes.length; length += length > 400 && length < bytes.length - 400 ? 499 : 1) {
      const { state } = readInChunks([bytes.subarray(0, length)], UID);
      assert.notEqual(state, 'more');
      if (state === 'complete') complete.push(length);
    }
    // Only between two elements can a dataset that is cut look whole.
    assert.ok(complete.length <= 10, complete.join(' '));
  }
});

test('survives random bytes in every encoding', () => {
  const next = numbersFrom(20240229);
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Buffer.from(Array.from({ length: next() % 300 }, () => next() & 0xff));
    for (const UID of ALL) assert.notEqual(readInChunks([bytes], UID).state, 'more');
  }
});

test('survives a dataset with any few of its bytes changed, and reads it alike in one piece and in many', () => {
  const next = numbersFrom(7);
  const original = Buffer.concat([dataset.subarray(0, 330), dataset.subarray(-60)]);
  for (let round = 0; round < 3000; round += 1) {
    const bytes = Buffer.from(original);
    for (let change = 0; change <= next() % 4; change += 1) bytes.writeUInt8(next() & 0xff, next() % bytes.length);
    const UID = ALL[next() % 3] ?? EXPLICIT;
    assert.deepEqual(readInChunks(chunksOf(bytes, 1 + (next() % 20)), UID), readInChunks([bytes], UID));
  }
});

test('fails on sequences nested without end, without recursing', () => {
  const level = Buffer.concat([head(0x00081140, 'SQ', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH)]);
  const nested = Buffer.concat(Array.from({ length: 10_000 }, () => level));
  assert.deepEqual(readInChunks([nested], EXPLICIT).failure, 'nests more than 64 deep');
});

test('reads sequences nested 32 deep, items and all', () => {
  const start = Buffer.concat([head(0x00081140, 'SQ', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH)]);
  const end = Buffer.concat([itemEnd(), sequenceEnd()]);
  const nested = Buffer.concat([...Array.from({ length: 32 }, () => start), ...Array.from({ length: 32 }, () => end)]);
  assert.equal(readInChunks([nested], EXPLICIT).state, 'complete');
});

test('fails on a deflate bomb without inflating it', () => {
  const bomb = Buffer.concat([
    deflateRawSync(head(0x00091001, 'OB', 0xfffffff0), { finishFlush: 2 }),
    ...Array.from({ length: 200 }, () => deflateRawSync(Buffer.alloc(MEBIBYTE), { finishFlush: 2 })),
  ]);
  const before = process.memoryUsage().arrayBuffers;
  const { failure } = readInChunks(chunksOf(bomb, 65_536), DEFLATED);
  assert.equal(failure, 'inflates to more than 16777216 bytes');
  assert.ok(process.memoryUsage().arrayBuffers - before < 200 * MEBIBYTE);
});

test('finds a header that stands before a deflate bomb', () => {
  const front = Buffer.concat([element(0x00100020, 'LO', '4711'), head(0x7fe00010, 'OW', 200 * MEBIBYTE)]);
  const image = deflateRawSync(Buffer.concat([front, Buffer.alloc(200 * MEBIBYTE)]));
  assert.equal(readInChunks([image], DEFLATED).state, 'complete');
  assert.equal(readInChunks([image], DEFLATED, { maximumBytes: 4096 }).state, 'complete');
});

test('fails on a deflate stream that is long and inflates to nothing', () => {
  const emptyBlock = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);
  const stream = Buffer.alloc(300_000, emptyBlock);
  assert.equal(
    readInChunks(chunksOf(stream, 4096), DEFLATED, { maximumBytes: 100_000 }).failure,
    'is longer than 100000 bytes deflated',
  );
});

test('holds a deflate stream that came in pieces of one byte in little more than its length', () => {
  const reader = new HeaderReader(DEFLATED);
  const stream = Buffer.alloc(2 ** 20 - 1, Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]));
  const before = memoryHeld();
  for (const piece of chunksOf(stream, 1)) reader.push(piece);
  assert.ok(memoryHeld() - before < 4 * MEBIBYTE);
  assert.equal(reader.finish(), 'failed');
});

test('fails on more elements than memory should hold', () => {
  const many = Buffer.concat(Array.from({ length: 10_000 }, (_, index) => element(0x00090000 + index, 'LO', '')));
  const { failure } = readInChunks([many], EXPLICIT, { maximumBytes: 100_000 });
  assert.equal(failure, 'has more than 100000 bytes of elements before (7FE0,0008)');
});

test('fails on a sequence of undefined length without end, however long it goes on', () => {
  const reader = new HeaderReader(EXPLICIT);
  reader.push(head(0x00081140, 'SQ', UNDEFINED_LENGTH));
  const items = Buffer.concat(Array.from({ length: 1000 }, () => item(inside.length, inside)));
  for (let round = 0; round < 100; round += 1) assert.equal(reader.push(items), 'more');
  assert.equal(reader.finish(), 'failed');
});

const LONG = 65_000;
/** Far more than reading once takes, far less than reading the square of `LONG`. */
const MOMENT_MILLISECONDS = 500;

/** What is asked of a header of one value that is as long as those that are kept, timed. */
function askInAMoment<T>(elements: Buffer[], ask: (header: HeaderReader['header']) => T): T {
  const reader = new HeaderReader(EXPLICIT);
  assert.equal(reader.push(Buffer.concat(elements)), 'more');
  const start = performance.now();
  const answer = ask(reader.header);
  const milliseconds = performance.now() - start;
  assert.ok(milliseconds < MOMENT_MILLISECONDS, `took ${milliseconds} ms`);
  return answer;
}

test('takes the padding off a UID in a moment, however long a run of it there is', () => {
  for (const padding of [' ', '\0']) {
    const text = `1${padding.repeat(LONG)}1`;
    assert.equal(askInAMoment([element(0x00080018, 'UI', text)], (header) => header.text('SOPInstanceUID')), text);
    assert.equal(askInAMoment([element(0x00104000, 'LT', text)], (header) => header.text(0x00104000)), text);
  }
});

test('tells in a moment that many digits are no number', () => {
  for (const text of [`${'1'.repeat(LONG)}x`, `${'1'.repeat(LONG / 2)}.${'1'.repeat(LONG / 2 - 2)}x`]) {
    const elements = [element(0x00200013, 'IS', text)];
    assert.equal(askInAMoment(elements, (header) => header.number('InstanceNumber')), undefined);
  }
});

test('takes no longer for text whose character set has an endless name', () => {
  for (const name of [`ISO${'_'.repeat(LONG)}`, `ISO ${'- '.repeat(LONG / 2)}IR 192`]) {
    const elements = [element(0x00080005, 'CS', name), element(0x00100010, 'PN', 'Ren\xe9')];
    assert.equal(askInAMoment(elements, (header) => header.text('PatientName')), 'Ren\xe9');
  }
});
