// Describes the study of an arrival, classes included, where all of it can be read.

import { describeStudy } from './describe-study.ts';
import { makeClassify } from './make-classify.ts';
import { readStudy } from './read-study.ts';
import type { Station } from '../station.ts';

/**
 * Repeatable. A part that cannot be read is no study to run a core on: a person has to look first.
 * @returns why it was not described, undefined where it was
 */
export async function describeArrival(station: Station, StudyInstanceUID: string): Promise<string | undefined> {
  const { layout, configuration } = station;
  const study = await readStudy(layout, StudyInstanceUID);
  const [first, ...others] = study.unreadable;
  if (first !== undefined) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    return `${first.file} cannot be read: ${first.text}${more}; `
      + 'once it is mended or moved away, put the claim back into .claimed';
  }
  if (study.series.length === 0) return 'its study is not in the archive';
  await describeStudy(layout, study, await makeClassify(station), configuration.participants);
  return undefined;
}
