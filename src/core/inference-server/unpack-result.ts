// Unpacks what an inference server gave: DICOM files and output.json into the output folder, everything else beside the
// logs of the attempt.
//
// Promises: nothing is written anywhere else, whatever the names in it are; no more than the core may put out is ever
// written, whatever its lengths say. Repeatable: wipes what an interrupted run left.

import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BundleEntry, DamagedBundle } from '../../bundle/bundle.ts';
import { findNameFault } from '../../bundle/entry-name.ts';
import { readBundle } from '../../bundle/read-bundle.ts';
import { encodeForPath } from '../../dicom/path-encoding.ts';
import type { Failure } from '../../job/failure.ts';
import { makeDirectoryDurable, removeTree, syncTree } from '../../spool/durable.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import type { CoreRun } from '../executor.ts';
import { outputJson } from '../placeholders.ts';
import { mostPackedBytes } from './fetch-result.ts';
import { writeBounded } from './write-bounded.ts';

/** PS3.10 section 7.1: 128 bytes of preamble, then these four. */
const PREAMBLE_BYTES = 128;
const PREFIX = 'DICM';
const HEAD_BYTES = PREAMBLE_BYTES + PREFIX.length;

/** Beside instances: logs, reports, folders. */
const MOST_OTHER_ENTRIES = 1000;

/** What was unpacked. */
export interface Unpacked {
  readonly files: number;
  readonly bytes: number;
}

export async function unpackResult(run: CoreRun, files: AttemptFiles): Promise<Unpacked | Failure> {
  for (const name of await readdir(run.outputFolder)) await removeTree(join(run.outputFolder, name));
  await removeTree(files.returned);
  await makeDirectoryDurable(files.returned);
  try {
    const unpacked = await unpack(run, files);
    if ('reason' in unpacked) return unpacked;
    await syncTree(files.returned);
    await syncTree(run.outputFolder);
    return unpacked;
  } catch (error) {
    if (error instanceof DamagedBundle) return unusable(error.message);
    throw error;
  }
}

async function unpack(run: CoreRun, files: AttemptFiles): Promise<Unpacked | Failure> {
  const { maxBytes, maxInstances } = run.core.outputs;
  const names = new Set<string>();
  let bytes = 0;
  let instances = 0;
  for await (const entry of readBundle(files.inferenceResult, mostPackedBytes(run))) {
    const fault = findFault(entry, names);
    if (fault !== undefined) return unusable(fault, entry.name);
    names.add(entry.name);
    if (names.size > maxInstances + MOST_OTHER_ENTRIES) return unusable(`it holds more than ${names.size - 1} entries`);
    if (entry.kind === 'folder') continue;
    if (bytes + entry.bytes > maxBytes) return { reason: 'output-bytes', bytes: bytes + entry.bytes, maxBytes };

    const content = await peek(entry.content);
    const isInstance = isDicom(entry.name, content.head);
    instances += isInstance ? 1 : 0;
    if (instances > maxInstances) return { reason: 'output-instances', instances, maxInstances };
    const place = placeOf(run, files, entry.name, isInstance);
    bytes += await writeBounded(content.all, place, 'wx', maxBytes - bytes);
    if (bytes > maxBytes) return { reason: 'output-bytes', bytes, maxBytes };
  }
  return { files: names.size, bytes };
}

function findFault({ name, kind }: BundleEntry, names: ReadonlySet<string>): string | undefined {
  if (kind === 'other') return 'it is a link or a device';
  return findNameFault(name) ?? (names.has(name) ? 'there are two of that name' : undefined);
}

function unusable(text: string, entry?: string): Failure {
  return { reason: 'inference-result-unusable', text, ...(entry === undefined ? {} : { entry }) };
}

/** As a core's output is judged: what claims to be DICOM must be. */
function isDicom(name: string, head: Buffer): boolean {
  return /\.dcm$/i.test(name) || head.toString('latin1', PREAMBLE_BYTES) === PREFIX;
}

/** Different names stay different. */
function placeOf(run: CoreRun, files: AttemptFiles, name: string, isInstance: boolean): string {
  if (isInstance) return join(run.outputFolder, encodeForPath(name));
  const predictions = outputJson({ data: run.dataFolder, output: run.outputFolder });
  return basename(predictions) === name ? predictions : join(files.returned, encodeForPath(name));
}

/** The beginning of a content, and all of it. */
async function peek(
  content: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Buffer; readonly all: AsyncIterable<Uint8Array> }> {
  const pieces = content[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES;) {
    const next = await pieces.next();
    if (next.done === true) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  const head = Buffer.concat(first);
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => pieces };
  }
  return { head: head.subarray(0, HEAD_BYTES), all: all() };
}
