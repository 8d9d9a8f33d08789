// Checks what a job's last core put out, by every rule, and copies what may leave into result/. What is checked is the
// copy, which nothing that the core may have left running can change any more.
//
// Repeatable: begins by wiping what an interrupted run left. The caller's rename to `validated` is the commit point.

import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { readFileMeta } from '../../dicom/file-meta.ts';
import { readHeader } from '../../dicom/header.ts';
import type { Keyword } from '../../dicom/keywords.ts';
import type { Failure } from '../../job/failure.ts';
import type { Result, ResultInstance } from '../../job/job.ts';
import {
  copyFileDurable, makeDirectoryWithin, moveDurable, removeTree, syncDirectory, writeJsonDurable,
} from '../../spool/durable.ts';
import type { StoredJob } from '../../spool/job-store.ts';
import { findJson, listDirectory } from '../../spool/read.ts';
import { isShort, readSpace } from '../../spool/space.ts';
import { aboutJob } from '../about.ts';
import { findOutput, type Output, type OutputFile } from './find-output.ts';
import { readOutputJson, type OutputJson } from './output-json.ts';
import {
  validateCounts, validateOutputInstance, validateUnique, type InputFacts, type OutputInstance,
} from './output-rules.ts';
import type { SeriesDescription } from '../arrival/series-description.ts';
import { findStagedCores } from '../attempt/staged-cores.ts';
import type { Station } from '../station.ts';
import { validateSteering } from './steering.ts';
import type { Step } from '../job/step.ts';
import { validateReferences } from './validate-references.ts';
import { validateValues } from './validate-values.ts';

/** To read a dataset to its end: no tag is above this one. */
const NO_TAG = 0xffffffff;

/** An instance that is being judged. */
export interface Candidate {
  /** Its copy in result/, unless the output is refused as a whole. */
  readonly copy: string | undefined;
  readonly instance: OutputInstance;
  readonly result: ResultInstance;
}

export async function validateOutput(station: Station, stored: StoredJob): Promise<Step> {
  const { folder, job } = stored;
  const cores = await findStagedCores(folder) ?? [];
  const core = cores.at(-1);
  if (core === undefined) return { failures: [{ reason: 'core-unknown', stream: job.stream }] };
  const last = folder.coreFolder(cores.length);
  const output = await findOutput(last.output);
  const json = await readOutputJson(last.outputJson);
  const refused = validateWhole(output, json, core);
  await removeTree(folder.result); // first, so that what an earlier try left does not count as used
  if (refused.length === 0 && isShort(await readSpace(folder.path), station.configuration.limits, output.totalBytes)) {
    return { postpone: { reason: 'space-short', path: station.layout.datadir } };
  }
  await makeDirectoryWithin(folder.path, folder.result);
  const links = output.notRegular.map((file): Failure => ({ reason: 'output-link', file }));
  const failures: Failure[] = [...refused, ...links];
  const candidates: Candidate[] = [];
  for (const [place, file] of output.dicom.entries()) {
    const copy = refused.length > 0 ? undefined : join(folder.result, `.copy-${place}`);
    const candidate = await readCandidate(file, copy);
    if ('reason' in candidate) failures.push(candidate);
    else candidates.push(candidate);
  }
  failures.push(...await validateCandidates(station, stored, candidates, core));
  failures.push(...await validateJson(station, stored, json, core));
  if (failures.length > 0) {
    await removeTree(folder.result); // output/ is kept for the person who looks
    return { failures };
  }

  for (const { copy, result } of candidates) {
    if (copy !== undefined) await moveDurable(copy, folder.resultInstance(result.SOPInstanceUID));
  }
  await syncDirectory(folder.result);
  const { predictions, steering } = json === undefined || 'reason' in json ? { predictions: [] } : json;
  const result: Result = {
    instances: candidates.map((candidate) => candidate.result), predictions,
    ...(steering === undefined ? {} : { steering }),
  };
  await writeJsonDurable(folder.resultList, result);
  for (const [row, prediction] of predictions.entries()) {
    station.events.write({ event: 'prediction', ...aboutJob(job), row, ...prediction });
  }
  if (steering?.notify !== undefined) {
    station.events.write({ event: 'core-asked-to-notify', ...aboutJob(job), text: steering.notify });
  }
  return { to: 'validated' };
}

/** All that is wrong with the instances, one by one and together. */
async function validateCandidates(
  station: Station, stored: StoredJob, candidates: readonly Candidate[], { outputs }: CoreSpecification,
): Promise<Failure[]> {
  const input = await readInputFacts(stored);
  const instances = candidates.map(({ instance }) => instance);
  const failures = instances.flatMap((instance) => validateOutputInstance(instance, input, outputs.SOPClassUIDs));
  failures.push(...validateUnique(instances), ...validateCounts(instances, outputs));
  if (outputs.references === 'any') return failures;
  const referring = candidates.flatMap(({ copy: path, instance }) => {
    return path === undefined ? [] : [{ ...instance, path }];
  });
  return [...failures, ...await validateReferences(station.layout, stored.folder, input, referring)];
}

/** All that is wrong with output.json, and with what it asks for. */
async function validateJson(
  { configuration }: Station, { job }: StoredJob, json: OutputJson | Failure | undefined,
  { outputs }: CoreSpecification,
): Promise<Failure[]> {
  const failures = await validateValues(json, outputs);
  if (json === undefined) return failures;
  if ('reason' in json) return [...failures, json];
  if (json.steering === undefined) return failures;
  const stream = configuration.streams.find(({ name }) => name === job.stream);
  if (stream === undefined) return [...failures, { reason: 'stream-unknown', stream: job.stream }];
  return [...failures, ...validateSteering(json.steering, stream)];
}

/** What is wrong with the output as a whole, so that nothing of it is copied: it may be too much for the disk. */
export function validateWhole(
  { dicom, notRegular, totalBytes }: Output, json: OutputJson | Failure | undefined,
  { outputs }: CoreSpecification,
): Failure[] {
  const failures: Failure[] = [];
  if (dicom.length === 0 && notRegular.length === 0 && json === undefined) {
    failures.push({ reason: 'output-nothing' });
  }
  if (totalBytes > outputs.maxBytes) {
    failures.push({ reason: 'output-bytes', bytes: totalBytes, maxBytes: outputs.maxBytes });
  }
  if (dicom.length > outputs.maxInstances) {
    failures.push({ reason: 'output-instances', instances: dicom.length, maxInstances: outputs.maxInstances });
  }
  return failures;
}

export async function readInputFacts({ folder, job }: Pick<StoredJob, 'folder' | 'job'>): Promise<InputFacts> {
  const descriptions = await findJson<SeriesDescription[]>(folder.description) ?? [];
  const instances = await listDirectory(folder.input);
  return {
    PatientIDs: new Map(descriptions.map(({ StudyInstanceUID, PatientID }) => [StudyInstanceUID, PatientID])),
    SeriesInstanceUIDs: new Set(job.selected.map(({ SeriesInstanceUID }) => SeriesInstanceUID)),
    SOPInstanceUIDs: new Set(instances.map((name) => basename(name, '.dcm'))),
  };
}

/** @param copy where the copy goes that is judged; undefined judges the file where it lies */
export async function readCandidate(
  { path, name, bytes }: OutputFile, copy: string | undefined,
): Promise<Candidate | Failure> {
  if (bytes === 0) return { reason: 'output-empty', file: name };
  if (copy !== undefined) await copyFileDurable(path, copy);
  const judged = copy ?? path;
  const meta = await readFileMeta(judged);
  if ('notDicom' in meta) return { reason: 'output-unreadable', file: name, text: meta.notDicom };
  const header = await readHeader(judged, { untilTag: NO_TAG });
  if ('notDicom' in header) return { reason: 'output-unreadable', file: name, text: header.notDicom };
  const text = (keyword: Keyword): string => header.text(keyword) ?? '';
  const instance: OutputInstance = {
    file: name,
    SOPClassUID: text('SOPClassUID'),
    SOPInstanceUID: text('SOPInstanceUID'),
    StudyInstanceUID: text('StudyInstanceUID'),
    SeriesInstanceUID: text('SeriesInstanceUID'),
    PatientID: text('PatientID'),
    Modality: text('Modality'),
  };
  const { SOPClassUID, SOPInstanceUID, SeriesInstanceUID } = instance;
  const { TransferSyntaxUID, MediaStorageSOPInstanceUID: named = SOPInstanceUID } = meta;
  if (named !== SOPInstanceUID) {
    const disagreement = `its file meta information names ${named}, its dataset ${SOPInstanceUID}`;
    return { reason: 'output-unreadable', file: name, text: disagreement };
  }
  const { size } = await stat(judged);
  const result = { SOPInstanceUID, SOPClassUID, SeriesInstanceUID, TransferSyntaxUID, source: name, bytes: size };
  return { copy, instance, result };
}
