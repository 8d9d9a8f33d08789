// The classification rules: the site's classify_rules.json, or the program's own set where the site has none.

import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import type { ClassifyRule } from '../select/classify-rule.ts';
import { parseClassifyRules } from '../select/parse-classify-rules.ts';
import { findText } from '../spool/read.ts';
import { findProgramRoot } from './program-root.ts';

const FILE = 'classify_rules.json';

/** @param directory the configuration's, which was checked before: rules that are wrong are a bug here */
export async function loadClassifyRules(directory: string): Promise<readonly ClassifyRule[]> {
  const text = await findText(join(directory, FILE)) ?? await findText(join(findProgramRoot(), 'config', FILE));
  if (text === undefined) return [];
  const parsed = parseClassifyRules(parse(text));
  if (parsed.kind === 'problems') throw new Error(`${FILE} in ${directory} was not checked before it was used`);
  return parsed.rules;
}
