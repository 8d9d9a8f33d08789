// Makes of bytes that are right bytes that are wrong, in the ways in which programs trip: bits, lengths, order, ends.

import type { Random } from './random.ts';

/** Where programs count wrong. */
const LENGTHS = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 64, 65, 127, 128, 255, 256, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x10000,
  0x1ffff, 0x20000, 0x20001, 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffe, 0xffffffff,
];
const MOST_BYTES = 2 * 1024 * 1024;
/** Where the heads of PDUs and elements mostly stand: what comes first is mutated more often. */
const FRONT_BYTES = 600;

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const changed = Buffer.from(bytes);
    for (let count = 1 + random.below(8); count > 0 && changed.length > 0; count -= 1) {
      const place = somewhere(changed, random);
      changed.writeUInt8(changed.readUInt8(place) ^ (1 << random.below(8)), place);
    }
    return changed;
  },
  function setBytes(bytes, random) {
    const place = somewhere(bytes, random);
    const run = random.bytes(1 + random.length(64));
    return Buffer.concat([bytes.subarray(0, place), run, bytes.subarray(place + run.length)]);
  },
  function setLength(bytes, random) {
    const changed = Buffer.from(bytes);
    const width = random.pick([1, 2, 4]);
    const place = somewhere(changed, random);
    if (place + width > changed.length) return changed;
    const value = random.pick(LENGTHS) % 2 ** (8 * width);
    if (random.chance(0.5)) changed.writeUIntBE(value, place, width);
    else changed.writeUIntLE(value, place, width);
    return changed;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function leaveOut(bytes, random) {
    const place = somewhere(bytes, random);
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + random.length(2000))]);
  },
  function insert(bytes, random) {
    const place = somewhere(bytes, random);
    return Buffer.concat([bytes.subarray(0, place), random.bytes(random.length(300)), bytes.subarray(place)]);
  },
  function duplicate(bytes, random) {
    const place = somewhere(bytes, random);
    const run = bytes.subarray(place, place + 1 + random.length(20_000));
    const times = random.chance(0.1) ? 2 + random.below(40) : 2;
    const runs = Array<Buffer>(times).fill(run);
    return Buffer.concat([bytes.subarray(0, place), ...runs, bytes.subarray(place + run.length)]);
  },
  function splice(bytes, random, other) {
    return Buffer.concat([bytes.subarray(0, somewhere(bytes, random)), other.subarray(somewhere(other, random))]);
  },
  function append(bytes, _random, other) {
    return Buffer.concat([bytes, other]);
  },
];

/** @param other bytes of the same kind, to be mixed with */
export function mutate(bytes: Buffer, random: Random, other: Buffer): Buffer {
  let mutated = bytes;
  for (let count = 1 + random.length(5); count > 0; count -= 1) {
    mutated = random.pick(MUTATIONS)(mutated, random, other);
  }
  return mutated.subarray(0, MOST_BYTES);
}

/** The same bytes in pieces as a network may cut them; a long text in tiny ones only at its front. */
export function cutAtRandom(bytes: Buffer, random: Random): Buffer[] {
  const longest = random.pick([1, 7, 100, 1460, 65_536, MOST_BYTES]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = pieces.length < 200 ? 1 + random.below(longest) : bytes.length;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

function somewhere(bytes: Buffer, random: Random): number {
  return random.below(random.chance(0.5) ? Math.min(FRONT_BYTES, bytes.length) : bytes.length);
}
