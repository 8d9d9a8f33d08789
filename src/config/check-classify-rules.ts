// Checks the site's own classification rules.

import { loadDictionary } from '../dicom/dictionary.ts';
import { parseClassifyRules } from '../select/parse-classify-rules.ts';
import { findUnknownNames } from '../select/unknown-names.ts';
import { type Finding, RULES_FILE } from './finding.ts';

/** Everything wrong with the content of classify_rules.json, and, as warnings, names that are no field. */
export async function checkClassifyRules(rules: unknown): Promise<Finding[]> {
  const parsed = parseClassifyRules(rules);
  const problems = parsed.kind === 'rules' ? [] : parsed.problems;
  const keywords = new Set((await loadDictionary()).keywords());
  const finding = (level: Finding['level']) => ({ path, message }: (typeof problems)[number]): Finding => {
    return { level, file: RULES_FILE, path, at: 'value', message };
  };
  return [...problems.map(finding('error')), ...findUnknownNames(rules, keywords).map(finding('warning'))];
}
