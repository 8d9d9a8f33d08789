// De-identifies files and folders by hand into a folder of its own, study by study under the new UIDs: nothing in a
// path of the output comes from the input.
//
// Promises: a file of the output is whole or not there; a second run makes the same files again. Never writes among the
// files that it reads.

import { createWriteStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { tagOf, type Keyword } from '../../dicom/keywords.ts';
import type { InstanceTree } from '../../dicom/tree/data-set.ts';
import { encodeInstance } from '../../dicom/tree/encode-instance.ts';
import { readInstanceTree } from '../../dicom/tree/read-instance-tree.ts';
import { text } from '../../dicom/tree/values-of.ts';
import { isUID } from '../../dicom/uid.ts';
import type { Layout } from '../../spool/layout.ts';
import { makeDirectoryDurable, moveDurable, removeFileDurable, WRITING_PREFIX } from '../../spool/durable.ts';
import { hasCode } from '../../spool/error-code.ts';
import type { Deidentifier } from './deidentifier.ts';
import type { Report } from './report.ts';

/** Why a file of the input has none in the output. */
export type NotWritten = 'not-dicom' | 'held' | 'left-out' | 'refused' | 'unlisted' | 'same-uid';

export interface FileOutcome {
  readonly file: string;
  readonly became: 'written' | NotWritten;
  /** Why, for those that were not written: the cause part of a message. */
  readonly text?: string;
}

export interface FilesToDeidentify {
  readonly files: readonly string[];
  /** Undefined: nothing is written but the reports. */
  readonly to: string | undefined;
  readonly deidentifier: Deidentifier;
  /** Both kinds, where they are wanted. */
  readonly report?: Report | undefined;
  readonly siteReport?: Report | undefined;
  readonly signal: AbortSignal;
  told(outcome: FileOutcome, done: number): void;
}

/** Ends early, with what is done so far whole, when the signal says so. */
export async function deidentifyFiles(layout: Layout, work: FilesToDeidentify): Promise<readonly FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  const taken = new Set<string>();
  for (const file of work.files) {
    if (work.signal.aborted) break;
    const outcome = await deidentifyFile(file, work, taken);
    outcomes.push(outcome);
    work.told(outcome, outcomes.length);
  }
  await work.deidentifier.keepWayBack(layout);
  return outcomes;
}

async function deidentifyFile(file: string, work: FilesToDeidentify, taken: Set<string>): Promise<FileOutcome> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) return { file, became: 'not-dicom', text: tree.notDicom };
  const made = work.deidentifier.deidentify(tree);
  switch (made.became) {
    case 'held': case 'left-out': case 'refused':
      return { file, became: made.became, text: `it may show whom it is of (${made.kind})` };
    case 'unlisted': return { file, became: 'unlisted', text: 'the table of patients does not list its patient' };
    case 'deidentified': break;
  }
  const path = pathOf(made.tree);
  if (path === undefined) {
    return { file, became: 'not-dicom', text: 'has no StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID' };
  }
  if (taken.has(path)) return { file, became: 'same-uid', text: 'another file has the same SOPInstanceUID' };
  taken.add(path);
  if (work.to !== undefined) await write(made.tree, join(work.to, path));
  await work.report?.add({ file: path, changes: made.changes.map(({ original: _left, ...change }) => change) });
  await work.siteReport?.add({ file: path, input: file, changes: made.changes });
  return { file, became: 'written' };
}

/** `<StudyInstanceUID>/<SeriesInstanceUID>/<SOPInstanceUID>.dcm`, all of them new. */
function pathOf({ dataSet }: InstanceTree): string | undefined {
  const keywords: Keyword[] = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'];
  const uids = keywords.map((keyword) => text(dataSet, tagOf(keyword)) ?? '');
  return uids.every(isUID) ? `${uids.join('/')}.dcm` : undefined;
}

async function write(tree: InstanceTree, path: string): Promise<void> {
  await makeDirectoryDurable(dirname(path));
  const writing = join(dirname(path), `${WRITING_PREFIX}${process.pid}`);
  try {
    await pipeline(encodeInstance(tree, tree.TransferSyntaxUID), createWriteStream(writing, { mode: 0o640 }));
  } catch (error) {
    await removeFileDurable(writing);
    throw error;
  }
  await moveDurable(writing, path);
}

/** Whether what is written to a folder would lie among what is read, or the other way round. */
export async function liesAmong(to: string, paths: readonly string[]): Promise<string | undefined> {
  const target = await whereIs(to);
  for (const path of paths) {
    const source = await whereIs(path);
    if (isWithin(target, source) || isWithin(source, target)) return path;
  }
  return undefined;
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

/** Links followed; of what is yet to be made, from the nearest folder that there is. */
async function whereIs(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    const whole = resolve(path);
    return join(await whereIs(dirname(whole)), relative(dirname(whole), whole));
  }
}
