// Gives series their classes by the site's classification rules.

import { loadClassifyRules } from '../../config/load-classify-rules.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import { SeriesClassifier } from '../../select/classify.ts';
import type { Classify } from './describe-study.ts';
import { instanceFacts } from './instance-facts.ts';
import { readInstanceHeader } from './read-study.ts';
import type { Station } from '../station.ts';

/** The rules are read once, for all series that are asked for. */
export async function makeClassify(station: Station): Promise<Classify> {
  const rules = await loadClassifyRules(station.configuration.directory);
  const dictionary = await loadDictionary();
  return async ({ instances }, folder) => {
    const about = { NumImages: instances.length, Path: folder };
    const classifier = new SeriesClassifier(rules);
    for (const instance of instances) {
      classifier.add(instanceFacts(await readInstanceHeader(instance), about, dictionary));
    }
    return classifier.classes();
  };
}
