// Looks into files that a person named, for what they are: the front of each, one after the other.
//
// In place, because opening many small files by threads takes several times as long; others have their turn in between.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { MAXIMUM_FRONT_BYTES, parseFileMeta } from '../../dicom/file-meta.ts';
import { isUID } from '../../dicom/uid.ts';
import { codeOf } from '../../spool/error-code.ts';
import type { OutgoingInstance } from '../carry/carry.ts';

/** What a file turned out to be. */
export type FoundFile =
  | { readonly instance: OutgoingInstance; readonly bytes: number }
  | { readonly file: string; readonly notDicom: string }
  /** In the words of the system. */
  | { readonly file: string; readonly unreadable: string };

const AT_A_TIME = 100;

/** Ends early, with what was found, where the signal comes. */
export async function readInstances(files: readonly string[], signal: AbortSignal): Promise<FoundFile[]> {
  const front = Buffer.allocUnsafe(MAXIMUM_FRONT_BYTES);
  const found: FoundFile[] = [];
  for (const [index, file] of files.entries()) {
    if (index % AT_A_TIME === 0) await othersTurn();
    if (signal.aborted) break;
    found.push(readInstance(file, front));
  }
  return found;
}

function readInstance(file: string, front: Buffer): FoundFile {
  let descriptor: number | undefined;
  try {
    // A named pipe would be waited for otherwise.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { file, notDicom: 'is no file' };
    const meta = parseFileMeta(front.subarray(0, readSync(descriptor, front, 0, front.length, 0)));
    if ('notDicom' in meta) return { file, notDicom: meta.notDicom };
    const { TransferSyntaxUID } = meta;
    const { MediaStorageSOPClassUID: SOPClassUID, MediaStorageSOPInstanceUID: SOPInstanceUID } = meta;
    if (SOPClassUID === undefined || SOPInstanceUID === undefined) {
      return { file, notDicom: 'its file meta information does not say what it is' };
    }
    // A peer that is proposed such a class, or is named such an instance, may break off, and take none of the others.
    if (!isUID(SOPClassUID)) return { file, notDicom: 'has a MediaStorageSOPClassUID that is no UID' };
    if (!isUID(SOPInstanceUID)) return { file, notDicom: 'has a MediaStorageSOPInstanceUID that is no UID' };
    const instance = { file, SOPClassUID, SOPInstanceUID, TransferSyntaxUID, originalSOPInstanceUID: SOPInstanceUID };
    return { instance, bytes: stat.size };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { file, unreadable: code };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
