// Checks what a result refers to: a segmentation to the images that it segments, a report to its evidence. A reference
// that leads nowhere is shown wrong or not at all by a workstation, and one that leads to another patient is worse.
//
// Good are references to the input, to the output itself, to whatever the archive holds of the input's studies, to
// other studies of the same patient in the archive, and those that the input makes itself, which cores copy with its
// header.

import { join } from 'node:path';
import { formatTag } from '../../dicom/element-head.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import { readHeader } from '../../dicom/header.ts';
import { readReferences, type InstanceReference } from '../../dicom/references.ts';
import { isStorageSOPClass } from '../../dicom/sop-classes.ts';
import { isUID } from '../../dicom/uid.ts';
import type { Failure } from '../../job/failure.ts';
import type { JobFolder, Layout } from '../../spool/layout.ts';
import { exists, listDirectory } from '../../spool/read.ts';
import type { InputFacts } from './output-rules.ts';

/** A file of the output that is checked. */
export interface Referring {
  /** Below output/, for people. */
  readonly file: string;
  /** Where it, or its copy, lies. */
  readonly path: string;
  readonly SOPInstanceUID: string;
  readonly PatientID: string;
}

/** One failure for each file with references that lead nowhere. */
export async function validateReferences(
  layout: Layout, folder: JobFolder, input: InputFacts, output: readonly Referring[],
): Promise<Failure[]> {
  const known = new Set([...input.SOPInstanceUIDs, ...output.map(({ SOPInstanceUID }) => SOPInstanceUID)]);
  const failures: Failure[] = [];
  const lost: { readonly of: Referring; readonly references: readonly InstanceReference[] }[] = [];
  for (const of of output) {
    const references = await readReferences(of.path);
    if ('notDicom' in references) {
      failures.push({ reason: 'output-unreadable', file: of.file, text: references.notDicom });
      continue;
    }
    const unknown = references.filter(isToInstance).filter(({ SOPInstanceUID }) => !known.has(SOPInstanceUID));
    if (unknown.length > 0) lost.push({ of, references: eachOnce(unknown) });
  }
  if (lost.length === 0) return failures;
  const elsewhere = await findElsewhere(layout, folder, input);
  for (const { of, references } of lost) {
    const missing: InstanceReference[] = [];
    for (const reference of references) {
      if (elsewhere.has(reference.SOPInstanceUID) || await isOfPatient(layout, reference, of.PatientID)) continue;
      missing.push(reference);
    }
    if (missing.length > 0) failures.push(await failureOf(of, missing));
  }
  return failures;
}

/** A segmentation refers to an image once for each of its frames. */
function eachOnce(references: readonly InstanceReference[]): InstanceReference[] {
  const once = new Map(references.map((one) => [`${one.SOPInstanceUID} ${one.StudyInstanceUID ?? ''}`, one]));
  return [...once.values()];
}

/** Procedure steps and the like are referred to in the same way. One that does not say what it is counts. */
function isToInstance({ SOPClassUID }: InstanceReference): boolean {
  return SOPClassUID === '' || isStorageSOPClass(SOPClassUID);
}

/** What the archive has of the input's studies, and what the input itself refers to. Asked only where it matters. */
async function findElsewhere(layout: Layout, folder: JobFolder, input: InputFacts): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const StudyInstanceUID of input.PatientIDs.keys()) {
    for (const name of await listDirectory(layout.archivedStudy(StudyInstanceUID))) {
      found.add(name.replace(/(\.\d+)?\.dcm$/, '')).add(name.replace(/\.dcm$/, ''));
    }
  }
  for (const name of await listDirectory(folder.input)) {
    const references = await readReferences(join(folder.input, name));
    if ('notDicom' in references) continue;
    for (const { SOPInstanceUID } of references) found.add(SOPInstanceUID);
  }
  return found;
}

/** Whether it leads to an archived instance of that patient in another study, which the reference must name. */
async function isOfPatient(
  layout: Layout, { StudyInstanceUID = '', SOPInstanceUID }: InstanceReference, PatientID: string,
): Promise<boolean> {
  if (!isUID(StudyInstanceUID) || !isUID(SOPInstanceUID)) return false; // they become part of a path
  const path = layout.archivedInstance(StudyInstanceUID, SOPInstanceUID);
  if (!await exists(path)) return false;
  const header = await readHeader(path);
  return !('notDicom' in header) && (header.text('PatientID') ?? '') === PatientID;
}

async function failureOf({ file }: Referring, missing: readonly InstanceReference[]): Promise<Failure> {
  const [first] = missing;
  const others = new Set(missing.map(({ SOPInstanceUID }) => SOPInstanceUID)).size - 1;
  const tag = first?.sequence ?? 0;
  const sequence = (await loadDictionary()).keywordOf(tag) ?? formatTag(tag);
  return { reason: 'output-reference', file, SOPInstanceUID: first?.SOPInstanceUID ?? '', sequence, others };
}
