// Content items of structured reports (PS3.15 section E.3.4): what a value type holds beside the elements of table
// E.1-1. Text is kept only of a profile that cleans descriptors too, and never where the concept of the item is
// somebody's name, number or address.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import { trimPadding } from '../padding.ts';
import { changeTexts } from './change-texts.ts';
import { dummyValue } from './dummy-value.ts';
import type { Session } from './session.ts';
import type { Scope } from './scope.ts';

const VALUE_TYPE = 0x0040a040;
const TEXT_VALUE = 0x0040a160;
const CONCEPT_NAME = 0x0040a043;
const CODE_VALUE = 0x00080100;

/**
 * Concepts (coding scheme DCM) that name observers, subjects, devices, orders and persons: of the observation context (TID
 * 1001 to 1010) and of persons in reports of dose (TID 1020).
 */
const IDENTIFYING_CONCEPTS: ReadonlySet<string> = new Set([
  '113870', '113871', '113872', '113873', '121008', '121009', '121013', '121016', '121017', '121020', '121021', '121022',
  '121029', '121030', '121031', '121036', '121114', '128774',
]);

/** An item of ContentSequence, AcquisitionContextSequence and the like. */
export function isContentItem(item: DataSet): boolean {
  return item.has(VALUE_TYPE) && item.has(CONCEPT_NAME);
}

/** @param made the item as the walk has left it */
export function cleanContentItem(session: Session, item: DataSet, made: DataSet, scope: Scope): DataSet {
  const text = item.get(TEXT_VALUE);
  if (text === undefined || !made.has(TEXT_VALUE)) return made;
  const isKept = session.profile.options.has('clean-descriptors') && !IDENTIFYING_CONCEPTS.has(conceptOf(item));
  const change = isKept ? changeTexts(session, text, 'UT', scope, 'everything') : 'gone';
  if (change === 'as-it-is') return made;
  const by = session.profile.options.has('clean-structured-content') ? 'clean-structured-content' : 'beyond-table';
  const value: DataElement = change === 'gone' ? { ...text, value: dummyValue('UT') } : change;
  const told = session.tell(text, scope, change === 'gone' ? 'replace' : 'clean', by, value);
  return new Map(made).set(TEXT_VALUE, told);
}

function conceptOf(item: DataSet): string {
  const concept = item.get(CONCEPT_NAME)?.value;
  const code = concept?.kind === 'items' ? concept.items[0]?.get(CODE_VALUE)?.value : undefined;
  return code?.kind === 'bytes' ? trimPadding(code.bytes.toString('latin1')) : '';
}
