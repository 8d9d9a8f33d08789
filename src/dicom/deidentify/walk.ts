// De-identifies a data set and everything in it, element by element: what decide.ts says, done. Makes a new data set
// and leaves the old one as it is.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import { characterSetOf } from '../tree/values-of.ts';
import { changeTexts, type TextChange } from './change-texts.ts';
import { cleanContentItem, isContentItem } from './clean-content.ts';
import { isCleanGraphic, isGraphic, withoutGraphics } from './clean-graphics.ts';
import { decide, type Decision } from './decide.ts';
import { dummySequence } from './dummy-sequence.ts';
import { dummyValue, EMPTY_VALUE } from './dummy-value.ts';
import { creatorOf, creatorTag, isPrivate, isPrivateCreator } from './private-blocks.ts';
import { isSafePrivate } from './safe-private.ts';
import { formatTagDigits, type Scope } from './scope.ts';
import type { Session } from './session.ts';

const TEXT_VRS: ReadonlySet<string> = new Set(['AE', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);
const SHORT_IDENTIFIER = /(ID|Identifier|Number|Label)$/;

/** The data set as it leaves. What was done goes to the session's report. */
export function deidentifyDataSet(session: Session, dataSet: DataSet, around: Scope): DataSet {
  const scope = { ...around, characterSet: characterSetOf(dataSet, around.characterSet) };
  const result: DataSet = new Map();
  for (const element of dataSet.values()) {
    if ((element.tag & 0xffff) === 0) continue; // a group length, which is wrong from here on
    const made = isPrivate(element.tag)
      ? ofPrivate(session, element, dataSet, scope) : ofStandard(session, element, dataSet, scope);
    if (made !== undefined) result.set(made.tag, made);
  }
  for (const tag of [...result.keys()].filter(isPrivateCreator)) {
    if (![...result.keys()].some((other) => creatorTag(other) === tag)) result.delete(tag); // owns nothing any more
  }
  return result;
}

function ofStandard(
  session: Session, element: DataElement, dataSet: DataSet, scope: Scope,
): DataElement | undefined {
  const vr = session.vrOf(element);
  const { SOPClassUID } = session;
  const decision = decide({ tag: element.tag, vr, SOPClassUID, isTopLevel: scope.path === '' }, session.profile);
  const patient = session.ofPatient(element, vr, decision, scope);
  if (patient !== undefined) return session.tell(element, scope, 'replace', 'basic', patient);
  switch (decision.action) {
    case 'X': return session.tell(element, scope, 'remove', decision.by, undefined);
    case 'Z': return isEmpty(element) ? element : session.tell(element, scope, 'empty', decision.by, emptied(element));
    case 'D': return replaced(session, element, vr, decision, scope);
    case 'U': return renamed(session, element, vr, decision, scope);
    case 'text': return session.tell(element, scope, 'replace', decision.by, session.withText(element, decision.text));
    case 'keep': return kept(session, element, vr, decision, scope);
    case 'clean': return cleaned(session, element, vr, dataSet, decision, scope);
  }
}

/** Known to be safe, or removed. What is in a safe one is looked at all the same. */
function ofPrivate(session: Session, element: DataElement, dataSet: DataSet, scope: Scope): DataElement | undefined {
  const { tag } = element;
  if (isPrivateCreator(tag)) return element; // removed again where its block ends up empty
  const creator = creatorOf(tag, dataSet);
  const { options, safePrivate, remove, keep } = session.profile;
  const isSafe = creator !== undefined && options.has('retain-safe-private')
    && isSafePrivate(tag >>> 16, creator, tag & 0xff, safePrivate);
  if (remove.has(tag) || !(isSafe || keep.has(tag))) return session.tell(element, scope, 'remove', 'basic', undefined);
  const vr = session.vrOf(element);
  const by = keep.has(tag) ? 'keep' : 'retain-safe-private';
  if (vr === 'UI') return renamed(session, element, vr, { action: 'U', by }, scope);
  return kept(session, element, vr, { action: 'keep', by }, scope);
}

/** A dummy value, where there was a value at all. */
function replaced(
  session: Session, element: DataElement, vr: string, decision: Decision, scope: Scope,
): DataElement | undefined {
  const { tag, value } = element;
  const { by } = decision;
  if (isEmpty(element)) return element;
  if (vr === 'UI') return renamed(session, element, vr, decision, scope);
  if (value.kind === 'items') {
    const dummy = dummySequence(tag, session.keywordOf(tag));
    if (dummy !== undefined) return session.tell(element, scope, 'replace', by, dummy);
    const shape = inside(session, element, { ...scope, isShapeOnly: true });
    return session.tell(element, scope, 'replace', by, isGraphic(tag) ? withoutGraphics(shape) : shape);
  }
  const isIdentifier = (vr === 'LO' || vr === 'SH' || vr === 'UT') && SHORT_IDENTIFIER.test(session.keywordOf(tag));
  const made = isIdentifier ? session.withPseudonym(element, vr, scope) : { ...element, value: dummyValue(vr) };
  return session.tell(element, scope, 'replace', by, session.dummyDocument(element) ?? made);
}

/** New UIDs for those that name an instance; the references in a sequence. */
function renamed(
  session: Session, element: DataElement, vr: string, decision: Decision, scope: Scope,
): DataElement | undefined {
  if (element.value.kind === 'items') return inside(session, element, scope);
  if (isEmpty(element)) return element;
  if (vr !== 'UI') return session.tell(element, scope, 'replace', decision.by, { ...element, value: dummyValue(vr) });
  const made = session.withNewUIDs(element);
  return made === element ? element : session.tell(element, scope, 'new-uid', decision.by, made);
}

/** As it is but for what it says of the patient; a sequence, element by element. */
function kept(
  session: Session, element: DataElement, vr: string, decision: Decision, scope: Scope,
): DataElement | undefined {
  const { by } = decision;
  if (element.value.kind === 'items') {
    const made = inside(session, element, scope);
    return by === 'beyond-table' ? made : session.tell(element, scope, 'keep', by, made);
  }
  const isSequence = vr === 'SQ' || session.profile.dictionary.vrOf(element.tag) === 'SQ';
  if (isSequence && !isEmpty(element)) { // nobody can read what is in it
    return session.tell(element, scope, 'remove', 'beyond-table', undefined);
  }
  if (by === 'keep') return session.tell(element, scope, 'keep', by, element); // the site takes it upon itself
  if (scope.isShapeOnly && TEXT_VRS.has(vr)) {
    return isEmpty(element) ? element
      : session.tell(element, scope, 'replace', 'basic', { ...element, value: dummyValue(vr) });
  }
  const change = changeTexts(session, element, vr, scope, 'terms');
  if (change !== 'as-it-is') return afterCleaning(session, element, vr, change, 'beyond-table', afterwards(vr), scope);
  if (session.isTooOld(element, vr)) return session.tell(element, scope, 'replace', by, session.withOldestAge(element));
  return by === 'beyond-table' ? element : session.tell(element, scope, 'keep', by, element);
}

/** Of a kept element of which nothing may be left: its IOD may need it, and we could make up no defined term. */
function afterwards(vr: string): 'X' | 'Z' | 'D' {
  if (TEXT_VRS.has(vr)) return 'D';
  return vr === 'CS' ? 'Z' : 'X';
}

/** What an option keeps in part. */
function cleaned(
  session: Session, element: DataElement, vr: string, dataSet: DataSet,
  decision: Extract<Decision, { action: 'clean' }>, scope: Scope,
): DataElement | undefined {
  const { by, otherwise } = decision;
  if (isEmpty(element)) return element;
  switch (by) {
    case 'retain-modified-dates': {
      const moved = session.withMovedDates(element, vr);
      return moved === undefined ? instead(session, element, vr, otherwise, scope)
        : session.tell(element, scope, 'clean', by, moved);
    }
    case 'retain-device-identity':
      return session.tell(element, scope, 'clean', by, session.withPseudonym(element, vr, scope));
    case 'clean-graphics':
      if (element.value.kind === 'items') {
        return session.tell(element, scope, 'clean', by, inside(session, element, scope));
      }
      return isCleanGraphic(element, vr, dataSet) ? session.tell(element, scope, 'keep', by, element)
        : instead(session, element, vr, otherwise, scope);
    default: {
      if (element.value.kind === 'items') {
        return session.tell(element, scope, 'clean', by, inside(session, element, scope));
      }
      const change = TEXT_VRS.has(vr) ? changeTexts(session, element, vr, scope, 'everything') : 'gone';
      if (change === 'as-it-is') return session.tell(element, scope, 'keep', by, element);
      return afterCleaning(session, element, vr, change, by, otherwise, scope);
    }
  }
}

function afterCleaning(
  session: Session, element: DataElement, vr: string, change: Exclude<TextChange, 'as-it-is'>,
  by: Decision['by'], otherwise: 'X' | 'Z' | 'D' | 'U', scope: Scope,
): DataElement | undefined {
  if (change !== 'gone') return session.tell(element, scope, 'clean', by, change);
  return instead(session, element, vr, otherwise, scope, by);
}

/** What could not be cleaned, as the basic profile has it. */
function instead(
  session: Session, element: DataElement, vr: string, action: 'X' | 'Z' | 'D' | 'U', scope: Scope,
  by: Decision['by'] = 'basic',
): DataElement | undefined {
  switch (action) {
    case 'X': return session.tell(element, scope, 'remove', by, undefined);
    case 'Z': return session.tell(element, scope, 'empty', by, emptied(element));
    case 'D': return replaced(session, element, vr, { action, by }, scope);
    case 'U': return renamed(session, element, vr, { action, by }, scope);
  }
}

/** The items of a sequence, each a data set of its own. */
export function inside(session: Session, element: DataElement, scope: Scope): DataElement {
  const { tag, value } = element;
  if (value.kind !== 'items') return element;
  const items = value.items.map((item, index) => {
    const path = `${scope.path}${formatTagDigits(tag)}[${index}].`;
    const made = deidentifyDataSet(session, item, { ...scope, path });
    return isContentItem(item) ? cleanContentItem(session, item, made, { ...scope, path }) : made;
  });
  return { ...element, value: { ...value, items } };
}

function emptied(element: DataElement): DataElement {
  return { ...element, value: element.value.kind === 'items' ? { kind: 'items', items: [] } : EMPTY_VALUE };
}

function isEmpty({ value }: DataElement): boolean {
  switch (value.kind) {
    case 'bytes': return value.bytes.length === 0;
    case 'items': return value.items.length === 0;
    case 'range': case 'made': return value.length === 0;
    case 'fragments': return value.fragments.length === 0;
  }
}
