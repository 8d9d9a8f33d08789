// The classes of a series whose instances are at hand.

import assert from 'node:assert/strict';
import { SeriesClassifier, type InstanceFacts } from '../../src/select/classify.ts';
import { parseClassifyRules } from '../../src/select/parse-classify-rules.ts';

/** The classes that the content of a classify_rules.json gives to instances, in the order of InstanceNumber. */
export function classesBy(json: unknown, instances: readonly InstanceFacts[]): string[] {
  const parsed = parseClassifyRules(json);
  assert.ok(parsed.kind === 'rules', JSON.stringify(parsed));
  const classifier = new SeriesClassifier(parsed.rules);
  for (const instance of instances) classifier.add(instance);
  return classifier.classes();
}
