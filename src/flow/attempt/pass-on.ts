// Makes what a core of a chain put out the input of the next: docs/INTERNALS.md, "Chains".
//
// Repeatable: begins by wiping what an interrupted run left. The caller's rename to `staged` is the commit point.

import { dirname, join } from 'node:path';
import type { CoreSpecification } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import {
  copyFileDurable, makeDirectoryWithin, moveDurable, removeTree, syncDirectories, writeJsonDurable,
} from '../../spool/durable.ts';
import type { StoredJob } from '../../spool/job-store.ts';
import type { CoreFolder } from '../../spool/layout.ts';
import { isShort, readSpace } from '../../spool/space.ts';
import { describeInput } from '../stage/describe-input.ts';
import { findOutput, type OutputFile } from '../result/find-output.ts';
import { readOutputJson, type OutputJson } from '../result/output-json.ts';
import { validateCounts, validateOutputInstance, validateUnique, type InputFacts } from '../result/output-rules.ts';
import { writeMercureTask } from '../stage/mercure-input.ts';
import type { Station } from '../station.ts';
import type { Step } from '../job/step.ts';
import { readCandidate, readInputFacts, validateWhole, type Candidate } from '../result/validate-output.ts';
import { validateValues } from '../result/validate-values.ts';

/** The core that has ended, and the one behind it. */
interface Neighbours {
  readonly core: CoreSpecification;
  readonly next: CoreSpecification;
}

/** @param place of the core that has ended with 0, 1 for the first */
export async function passOn(
  station: Station, { folder, job }: StoredJob, place: number, { core, next: nextCore }: Neighbours,
): Promise<Step> {
  const from = folder.coreFolder(place);
  const next = folder.coreFolder(place + 1);
  const output = await findOutput(from.output);
  const json = await readOutputJson(from.outputJson);
  const refused = [...validateWhole(output, json, core), ...await validateJson(json, core)];
  if (refused.length > 0) return { failures: refused };
  await removeTree(next.path); // first, so that what an earlier try left does not count as used
  if (isShort(await readSpace(folder.path), station.configuration.limits, output.totalBytes)) {
    return { postpone: { reason: 'space-short', path: station.layout.datadir } };
  }
  await makeDirectoryWithin(folder.path, next.input);
  const failures: Failure[] = output.notRegular.map((file) => ({ reason: 'output-link', file }));
  const candidates: Candidate[] = [];
  for (const [number, file] of output.dicom.entries()) {
    const candidate = await readCandidate(file, join(next.input, `.copy-${number}`));
    if ('reason' in candidate) failures.push(candidate);
    else candidates.push(candidate);
  }
  failures.push(...validateCandidates(candidates, await readInputFacts({ folder, job }), core));
  if (failures.length > 0) {
    await removeTree(next.path); // output/ is kept for the person who looks
    return { failures };
  }

  for (const { copy, result } of candidates) {
    if (copy !== undefined) await moveDurable(copy, join(next.input, `${result.SOPInstanceUID}.dcm`));
  }
  await writeJsonDurable(next.description, await describeInput(station, next));
  await writeMercureTask(next, job, nextCore);
  await copyOthers(output.others, next);
  await syncDirectories(next.data);
  return { to: 'staged' };
}

/** Its values are for the next core; what it asks for would be forgotten, and must not be. */
async function validateJson(
  json: OutputJson | Failure | undefined, { outputs }: CoreSpecification,
): Promise<Failure[]> {
  const failures = await validateValues(json, outputs);
  if (json === undefined) return failures;
  const isUnreadable = 'reason' in json && json.reason !== 'steering-invalid';
  if (isUnreadable) return [json, ...failures];
  const asks = 'reason' in json || json.steering !== undefined;
  return asks ? [{ reason: 'steering-not-last' }, ...failures] : failures;
}

/** What has been made for this study and patient; it need not be new, nor of a kind that may leave. */
function validateCandidates(candidates: readonly Candidate[], input: InputFacts, core: CoreSpecification): Failure[] {
  const anything = { ...input, SeriesInstanceUIDs: new Set<string>(), SOPInstanceUIDs: new Set<string>() };
  const instances = candidates.map(({ instance }) => instance);
  const ofEach = instances.flatMap((instance) => {
    const { SOPClassUIDs } = core.outputs;
    return validateOutputInstance(instance, anything, SOPClassUIDs.length > 0 ? SOPClassUIDs : [instance.SOPClassUID]);
  });
  return [...ofEach, ...validateUnique(instances), ...validateCounts(instances, core.outputs)];
}

/** A name that is no UTF-8 cannot be repeated for sure: such a file stays where it is. */
async function copyOthers(files: readonly OutputFile[], next: CoreFolder): Promise<void> {
  await makeDirectoryWithin(next.data, next.previous);
  for (const { path, name } of files) {
    if (!path.subarray(-Buffer.byteLength(name)).equals(Buffer.from(name))) continue;
    const copy = join(next.previous, name);
    await makeDirectoryWithin(next.data, dirname(copy));
    await copyFileDurable(path, copy);
  }
}
