// One step of a morph: from how it is written to how it is taken, with everything that is wrong with it.

import type { Dictionary } from '../../dicom/dictionary.ts';
import type { ElementPath } from '../../dicom/morph/element-path.ts';
import { isNumberVR } from '../../dicom/morph/encode-numbers.ts';
import type { MorphAction, MorphStep, Writing } from '../../dicom/morph/step.ts';
import { isTextVR } from '../../dicom/morph/validate-value.ts';
import type { Template } from '../../dicom/template/template.ts';
import type { VR } from '../../dicom/value-representation.ts';
import { compilePattern } from '../../select/pattern.ts';
import type { MorphEntry } from '../schema/morph.ts';
import { compileCondition } from './compile-condition.ts';
import { compileElement, compileTemplate, NO_ELEMENT, NO_TEMPLATE } from './compile-texts.ts';
import { findConstantProblems } from './constant-values.ts';
import { findRefusal } from './refuse-element.ts';
import type { StepProblem } from './step-problem.ts';

type EntryOf<Type extends MorphEntry['type']> = Extract<MorphEntry, { type: Type }>;

/** @param number its place, 1 for the first @returns a step that may be taken only where there is no problem */
export function compileStep(
  entry: MorphEntry, number: number, dictionary: Dictionary,
): { readonly step: MorphStep; readonly problems: readonly StepProblem[] } {
  const problems: StepProblem[] = [];
  const action = compileAction(entry, dictionary, problems);
  const when = compileCondition(entry.when, dictionary, problems);
  return { step: { number, action, when }, problems };
}

function compileAction(entry: MorphEntry, dictionary: Dictionary, problems: StepProblem[]): MorphAction {
  switch (entry.type) {
    case 'set': case 'default': return compileSet(entry, dictionary, problems);
    case 'remove': {
      const elements = entry.element.map((text, index) => {
        return compileElement(text, ['element', index], dictionary, problems);
      });
      elements.forEach((element, index) => refuse(element, ['element', index], entry, true, problems));
      return { type: 'remove', elements };
    }
    case 'copy': {
      const from = compileElement(entry.from, ['from'], dictionary, problems);
      const to = compileElement(entry.to, ['to'], dictionary, problems);
      refuse(to, ['to'], entry, false, problems);
      refuseOtherItems(from, to, problems);
      return { type: 'copy', from, to, writing: writingOf(entry) };
    }
    case 'replace': return compileReplace(entry, dictionary, problems);
    case 'unicode': return { type: 'unicode' };
  }
}

function compileSet(
  entry: EntryOf<'set' | 'default'>, dictionary: Dictionary, problems: StepProblem[],
): MorphAction {
  const element = compileElement(entry.element, ['element'], dictionary, problems);
  refuse(element, ['element'], entry, false, problems);
  const writing = writingOf(entry);
  const vr = vrOf(element, entry.vr, problems);
  const values = entry.value.map((text, index) => compileTemplate(text, ['value', index], dictionary, problems));
  const isConstantValue = values.every(isConstant);
  if (vr !== undefined && isConstantValue) problems.push(...findConstantProblems(entry, vr, element, dictionary));
  if (isConstantValue && isOwnToEachInstance(element)) {
    const message = 'one SOPInstanceUID for all instances would make them one';
    const expected = 'a {Keyword} that differs from instance to instance';
    problems.push({ path: ['value'], at: 'value', message, expected });
  }
  return { type: entry.type, element, values, writing };
}

function compileReplace(entry: EntryOf<'replace'>, dictionary: Dictionary, problems: StepProblem[]): MorphAction {
  const element = compileElement(entry.element, ['element'], dictionary, problems);
  refuse(element, ['element'], entry, false, problems);
  if ('tag' in element.element) vrOf(element, entry.vr, problems);
  const flags = entry.flags === '' ? '' : `(?${entry.flags})`;
  const pattern = compilePattern(`${flags}${entry.pattern}`);
  const replacement = compileTemplate(entry.with, ['with'], dictionary, problems);
  if (pattern.kind === 'problem') {
    problems.push({
      path: ['pattern'], at: 'value', message: 'wrong value', value: entry.pattern,
      expected: `a regular expression: ${pattern.message}`,
    });
  } else {
    const named = [...entry.with.matchAll(/\$(?:\$|(\d{1,2}))/g)].map(([, group = '0']) => Number(group));
    const wanted = Math.max(0, ...named);
    if (wanted > pattern.groups) {
      const message = `$${wanted} stands for nothing: the pattern has ${pattern.groups} groups`;
      problems.push({ path: ['with'], at: 'value', message, value: entry.with });
    }
  }
  const replace = pattern.kind === 'pattern' ? pattern.replace : (text: string): string => text;
  return { type: 'replace', element, replace, with: replacement, writing: writingOf({ ...entry, createItems: false }) };
}

function writingOf({ onTooLong, createItems, vr }: Pick<EntryOf<'copy'>, 'onTooLong' | 'createItems' | 'vr'>): Writing {
  return { onTooLong, createItems, vr };
}

function refuse(
  path: ElementPath, at: StepProblem['path'], { uids, pixels }: Exclude<MorphEntry, { type: 'unicode' }>,
  removes: boolean, problems: StepProblem[],
): void {
  if (path === NO_ELEMENT) return;
  const permission = { uids: uids === 'allow', pixels: pixels === 'allow', removes };
  const message = findRefusal(path, permission);
  if (message !== undefined) problems.push({ path: at, at: 'value', message, value: path.text });
}

/** As far as it is known before there is an instance; what has no values of text or numbers cannot be set. */
function vrOf(path: ElementPath, given: VR | undefined, problems: StepProblem[]): VR | undefined {
  if (path === NO_ELEMENT) return undefined;
  const { element, text } = path;
  const known = 'tag' in element ? element.vr : undefined;
  const mayBeSigned = known === 'US' && given === 'SS';
  if (known !== undefined && given !== undefined && known !== given && !mayBeSigned) {
    problems.push({ path: ['vr'], at: 'value', message: `${element.name} is of VR ${known}`, value: given });
  }
  const vr = given ?? known;
  if (vr === undefined || vr === 'UN') {
    const message = `the data dictionary does not know the VR of ${element.name}`;
    problems.push({ path: ['element'], at: 'value', message, value: text, expected: '`vr` beside it' });
    return undefined;
  }
  if (isTextVR(vr) || isNumberVR(vr)) return vr;
  const message = `${element.name} is of VR ${vr}: only text and numbers can be written`;
  problems.push({ path: given === undefined ? ['element'] : ['vr'], at: 'value', message, value: given ?? text });
  return undefined;
}

/** All items can only be copied into the same ones. */
function refuseOtherItems(from: ElementPath, to: ElementPath, problems: StepProblem[]): void {
  const isFirstOther = from.items.findIndex(({ sequence, item }, depth) => {
    const alongside = to.items[depth];
    return alongside?.sequence.name !== sequence.name || alongside.item !== item;
  });
  const others = isFirstOther === -1 ? [] : from.items.slice(isFirstOther);
  if (!others.some(({ item }) => item === 'all')) return;
  const message = 'nothing says which item\'s value is meant: [*] stands where `to` does not go the same way';
  problems.push({ path: ['from'], at: 'value', message, value: from.text });
}

function isConstant(template: Template): boolean {
  return template !== NO_TEMPLATE && template.parts.every((part) => typeof part === 'string');
}

function isOwnToEachInstance({ items, element }: ElementPath): boolean {
  return items.length === 0 && element.name === 'SOPInstanceUID';
}
