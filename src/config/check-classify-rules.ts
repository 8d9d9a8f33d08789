// Checks the site's own classification rules.

import { parseClassifyRules } from '../select/parse-classify-rules.ts';
import { type Finding, RULES_FILE } from './finding.ts';

/** Everything wrong with the content of classify_rules.json. */
export function checkClassifyRules(rules: unknown): Finding[] {
  const parsed = parseClassifyRules(rules);
  if (parsed.kind === 'rules') return [];
  return parsed.problems.map(({ path, message }) => {
    return { level: 'error', file: RULES_FILE, path, at: 'value', message };
  });
}
