// The texts of a step that have a language of their own: names of elements, and values with placeholders.

import type { Dictionary } from '../../dicom/dictionary.ts';
import { parseElementPath, type ElementPath } from '../../dicom/morph/element-path.ts';
import { isPerhaps, vrOf } from '../../dicom/template/parse-reference.ts';
import { parseTemplate } from '../../dicom/template/parse-template.ts';
import type { Template } from '../../dicom/template/template.ts';
import { findClosestName } from '../../select/closest-name.ts';
import type { Path } from '../finding.ts';
import type { StepProblem } from './step-problem.ts';

/** What stands for an element that could not be read. */
export const NO_ELEMENT: ElementPath = { text: '', items: [], element: { tag: 0, vr: undefined, name: '' } };
/** What stands for a value that could not be read. */
export const NO_TEMPLATE: Template = { source: '', parts: [] };

export function compileElement(
  text: string, path: Path, dictionary: Dictionary, problems: StepProblem[],
): ElementPath {
  const parsed = parseElementPath(text, dictionary);
  if ('problem' in parsed) {
    problems.push({
      path, at: { characterOfText: parsed.character }, message: parsed.problem, value: text,
      ...suggest(parsed.keyword, dictionary),
    });
    return NO_ELEMENT;
  }
  const plain = parsed.items.find(({ sequence }) => !isPerhaps(vrOf(sequence), 'SQ'));
  if (plain !== undefined) {
    problems.push({ path, at: 'value', message: `${plain.sequence.name} is no sequence`, value: text });
  }
  return parsed;
}

export function compileTemplate(source: string, path: Path, dictionary: Dictionary, problems: StepProblem[]): Template {
  const parsed = parseTemplate(source, dictionary);
  if ('parts' in parsed) return parsed;
  const { character, message, unknownKeyword } = parsed;
  problems.push({
    path, at: { characterOfText: character - 1 }, message, value: source, ...suggest(unknownKeyword, dictionary),
  });
  return NO_TEMPLATE;
}

export function suggest(keyword: string | undefined, { keywords }: Dictionary): { readonly suggestion?: string } {
  const suggestion = keyword === undefined ? undefined : findClosestName(keyword, keywords());
  return suggestion === undefined ? {} : { suggestion };
}
