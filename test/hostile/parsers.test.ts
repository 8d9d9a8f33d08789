// Everything that reads bytes or names from outside, given thousands of broken ones: it ends soon with a result or a
// reason, never with an exception, and says the same however the bytes are cut. DTS_FUZZ_SEED and DTS_FUZZ_SECONDS as
// in fuzz.test.ts; a message tells the case that failed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from '../../src/dicom/charset.ts';
import { encodeFileMeta, parseFileMeta } from '../../src/dicom/file-meta.ts';
import { HeaderReader } from '../../src/dicom/header.ts';
import { decodeFromPath, encodeForPath } from '../../src/dicom/path-encoding.ts';
import { isUID } from '../../src/dicom/uid.ts';
import { parseAssociateRequestFrame } from '../../src/network/associate-request.ts';
import { parseAssociationAccept } from '../../src/network/association-accept.ts';
import { AssociationAcceptor } from '../../src/network/association-acceptor.ts';
import { encodeCommandSet, parseCommandSet } from '../../src/network/command-set.ts';
import { MessageReader } from '../../src/network/message-reader.ts';
import { PduReader } from '../../src/network/pdu-reader.ts';
import { ResponseReader } from '../../src/network/response-reader.ts';
import { fitsMarkName, formatMarkName, parseMarkName } from '../../src/spool/mark-name.ts';
import { item, pdu, storeCommand } from '../rig/raw-scu.ts';
import { BIG_ENDIAN, DEFLATED, encodeDataset, EXPLICIT, IMPLICIT, SERIES, STUDY } from './datasets.ts';
import { cutAtRandom, mutate } from './mutate.ts';
import { fuzzSeconds, fuzzSeed, Random } from './random.ts';
import { madeByHand } from './recordings.ts';

const USUAL_SECONDS = 1;
/** What one case may take on a machine that does other things, too; the largest have two megabytes. */
const CASE_MILLISECONDS = 3000;

const CONVERSATIONS = madeByHand();
const SYNTAXES = [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED];
const DATASETS = SYNTAXES.map((syntax) => encodeDataset({ pixels: Buffer.alloc(300) }, syntax));

/** Runs cases until time is up, each with chance of its own, so that a number is all it takes to have one again. */
function fuzz(run: (random: Random) => void): void {
  const seed = fuzzSeed();
  const endAt = performance.now() + fuzzSeconds(USUAL_SECONDS) * 1000;
  let number = 0;
  for (; performance.now() < endAt; number += 1) {
    const start = performance.now();
    try {
      run(new Random(seed + number));
    } catch (error) {
      throw new Error(`DTS_FUZZ_SEED=${seed + number} has it as the first case`, { cause: error });
    }
    const milliseconds = performance.now() - start;
    assert.ok(milliseconds < CASE_MILLISECONDS, `DTS_FUZZ_SEED=${seed + number} took ${milliseconds} ms`);
  }
  assert.ok(number > 50, `only ${number} cases`);
}

const mutated = (of: readonly Buffer[], random: Random) => mutate(random.pick(of), random, random.pick(of));

/** What a connection's bytes are understood as, fragments joined. */
function understand(pieces: readonly Buffer[]): unknown[] {
  const told: unknown[] = [];
  let dataset = 0;
  const messages = new MessageReader({
    isAcceptedContext: (id) => id === 1 || id === 3,
    command: (id, command, hasDataset) => void told.push([id, command, hasDataset]) as undefined,
    dataset(chunk) {
      dataset += chunk.length;
      return undefined;
    },
    datasetEnd: () => void told.push(dataset) as undefined,
    fault: (fault) => void told.push(fault),
  });
  const reader = new PduReader(131_072, {
    otherPdu: (bytes) => void told.push(bytes.toString('hex')) as undefined,
    fragment(...fragment) {
      const before = told.length;
      const held = messages.fragment(...fragment);
      const fault = told.slice(before).some((one) => typeof one === 'object' && one !== null && 'reason' in one);
      if (fault) reader.stop();
      return held;
    },
    fault: (fault) => void told.push(fault),
  });
  for (const piece of pieces) void reader.read(piece);
  return told;
}

test('PDUs and messages are understood alike in one piece and in many, whatever they are', () => {
  fuzz((random) => {
    const bytes = mutated(CONVERSATIONS, random);
    assert.deepEqual(understand(cutAtRandom(bytes, random)), understand([bytes]));
  });
});

test('a command set is parsed or has a fault, and what was parsed can be answered', () => {
  const more = { ErrorComment: 'x', AttributeIdentifierList: [1, 2] };
  const commands = [storeCommand('1.2.3'), storeCommand('1.2.3', more)];
  fuzz((random) => {
    const command = parseCommandSet(mutated(commands, random));
    if (!('fault' in command)) assert.ok(!('fault' in parseCommandSet(encodeCommandSet(command))));
  });
});

test('a response is a command or a fault, in whatever fragments', () => {
  fuzz((random) => {
    const reader = new ResponseReader();
    for (const piece of cutAtRandom(mutated([storeCommand('1.2.3')], random), random).slice(0, 2000)) {
      const answer = reader.fragment(random.chance(0.95), random.chance(0.2), piece);
      if (answer !== undefined && 'fault' in answer) return;
    }
  });
});

test('an association request is read or malformed, by our own look at it and by the library', () => {
  const requests = CONVERSATIONS.map((bytes) => bytes.subarray(0, 6 + bytes.readUInt32BE(2)));
  fuzz((random) => {
    const bytes = mutated(requests, random).subarray(0, 256 * 1024);
    if (bytes.length < 6) return;
    parseAssociateRequestFrame(bytes);
    const acceptor = new AssociationAcceptor({} as never);
    assert.match(acceptor.parsePdu(bytes).type, /^(associate-request|release-request|abort|misplaced|malformed)$/);
  });
});

test('an answer to an association request is read or has a fault', () => {
  const context = item(0x21, Buffer.concat([Buffer.from([1, 0, 0, 0]), item(0x40, EXPLICIT)]));
  const accept = pdu(2, Buffer.alloc(68), item(0x10, '1.2'), context, item(0x50, item(0x51, '\0\0\x40\0')));
  fuzz((random) => {
    const parsed = parseAssociationAccept(mutated([accept], random));
    assert.ok('fault' in parsed || parsed.contexts.size < 256);
  });
});

test('a header is complete or failed, alike in one piece and in many, and answers whatever it is asked', () => {
  fuzz((random) => {
    const bytes = mutated(DATASETS, random);
    const syntax = random.pick(SYNTAXES);
    const read = (pieces: readonly Buffer[]) => {
      const reader = new HeaderReader(syntax);
      for (const piece of pieces) reader.push(piece);
      const state = reader.finish();
      return { state, failure: reader.failure, header: reader.header };
    };
    const whole = read([bytes]);
    const cut = read(cutAtRandom(bytes, random));
    assert.notEqual(whole.state, 'more');
    assert.deepEqual([cut.state, cut.failure], [whole.state, whole.failure]);
    for (const { tag } of whole.header.entries()) {
      assert.deepEqual(cut.header.texts(tag), whole.header.texts(tag));
      whole.header.numbers(tag);
    }
  });
});

test('text of any bytes in any character set is text', () => {
  const names = ['', 'ISO_IR 100', 'ISO_IR 192', 'ISO 2022 IR 87', 'ISO 2022 IR 149', 'GB18030', 'ISO 2022 IR 58', 'x'];
  const escapes = ['\x1b(B', '\x1b$B', '\x1b$)C', '\x1b)I', '\x1b', '\\', '^', '='].map((text) => Buffer.from(text));
  fuzz((random) => {
    const parts = Array.from({ length: random.below(20) }, () =>
      (random.chance(0.4) ? random.pick(escapes) : random.bytes(random.below(20))));
    const sets = [random.pick(names), random.pick(names)];
    assert.equal(typeof decodeText(Buffer.concat(parts), sets, random.pick(['PN', 'LO', 'UT'])), 'string');
  });
});

test('file meta information is read, or it is said why not, and never reaches beyond the file', () => {
  const metas = SYNTAXES.map((TransferSyntaxUID, index) => Buffer.concat([
    encodeFileMeta({ MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.2.3', TransferSyntaxUID }),
    DATASETS[index] ?? Buffer.alloc(0),
  ]));
  fuzz((random) => {
    const bytes = mutated(metas, random);
    const meta = parseFileMeta(bytes);
    assert.ok('notDicom' in meta || meta.datasetOffset <= bytes.length);
  });
});

test('file meta information leaves a dataset to itself, whatever it begins with', () => {
  fuzz((random) => {
    const TransferSyntaxUID = random.pick([BIG_ENDIAN, DEFLATED]);
    const UIDs = { MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.2.3', TransferSyntaxUID };
    const meta = encodeFileMeta(UIDs);
    const dataset = Buffer.concat([Buffer.from([0x02, 0x00]), random.bytes(random.below(60)), Buffer.alloc(6000)]);
    const parsed = parseFileMeta(Buffer.concat([meta, dataset]));
    assert.ok(!('notDicom' in parsed));
    assert.deepEqual([parsed.datasetOffset, parsed.TransferSyntaxUID], [meta.length, TransferSyntaxUID]);
  });
});

/** The text with a replacement character for each half of a pair, as paths have it. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Text of what trips: dots, slashes, controls, halves of pairs, percent signs. */
function oddText(random: Random, longest: number): string {
  const pieces = [
    '..', '.', '/', '\\', '%', '%2F', '\0', '\n', ' ', '\x1b', '\u202e', 'ä', '患', '\ud800', '😀', 'a', 'Z', '1', '~', '%~',
  ];
  return Array.from({ length: random.length(longest) }, () => random.pick(pieces)).join('');
}

test('any text is one harmless path component, and is had back from it where it is not cut', () => {
  fuzz((random) => {
    const text = oddText(random, 300);
    const component = encodeForPath(text);
    assert.match(component, /^[A-Za-z0-9_%~-][A-Za-z0-9._%~-]{0,199}$/);
    const isCut = /%~[0-9a-f]{16}$/.test(component);
    if (!isCut) assert.equal(decodeFromPath(component), wellFormed(text));
  });
});

test('a mark is what it was made of, and any other name is none or made of safe parts', () => {
  fuzz((random) => {
    const sender = { callingAETitle: oddText(random, 16), calledAETitle: oddText(random, 16), address: '::1' };
    if (fitsMarkName(sender)) {
      const about = { ...sender, StudyInstanceUID: STUDY, ...random.pick([{}, { SeriesInstanceUID: SERIES }]) };
      const name = formatMarkName(about);
      assert.ok(Buffer.byteLength(name) <= 255 && !name.includes('/') && !name.startsWith('.'));
      const back = { ...about, callingAETitle: wellFormed(about.callingAETitle),
        calledAETitle: wellFormed(about.calledAETitle) };
      assert.deepEqual(parseMarkName(name), back);
    }
    const name = mutate(Buffer.from(`CT DTS 1.2.3.4 scp_${STUDY} ${SERIES}`), random, Buffer.from(oddText(random, 40)));
    const parsed = parseMarkName(name.toString('latin1'));
    assert.ok(parsed === undefined || isUID(parsed.StudyInstanceUID));
  });
});
