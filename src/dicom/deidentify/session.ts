// What one instance's de-identification knows and writes down: the profile, the patient, the terms that must not be
// left in any text, the UIDs that were replaced, and the report. One for each instance; says how a value is replaced,
// while walk.ts decides that it is.

import type { DataElement, DataSet, InstanceTree } from '../tree/data-set.ts';
import { trimPadding } from '../padding.ts';
import { characterSetOf } from '../tree/values-of.ts';
import type { DecidedBy, ElementAction, ElementChange } from './change.ts';
import { textCleaner, type TextCleaner } from './clean-text.ts';
import { findOption, type Decision } from './decide.ts';
import { emptyDocument } from './dummy-document.ts';
import { asciiValue, EMPTY_VALUE } from './dummy-value.ts';
import { textsOf, valueOfTexts } from './element-text.ts';
import { findIdentifyingTerms, type IdentifyingTerms } from './identifying-terms.ts';
import { isInstanceUID } from './instance-uids.ts';
import type { DeidentificationProfile, ListedPatient } from './profile.ts';
import { shiftDates } from './shift-dates.ts';
import { formatTagDigits, type Scope } from './scope.ts';

const PATIENT_NAME = 0x00100010;
const PATIENT_ID = 0x00100020;
const SOP_CLASS_UID = 0x00080016;
const STUDY_INSTANCE_UID = 0x0020000d;
const LONGEST_ORIGINAL = 200;
/** A TM, a range of such, or TimezoneOffsetFromUTC. */
const TIME_OR_OFFSET = /^[\d:.+-]*$/;

export class Session {
  readonly profile: DeidentificationProfile;
  readonly SOPClassUID: string;
  readonly cleaner: TextCleaner;
  readonly changes: ElementChange[] = [];
  /** The original UID by the one that stands for it. */
  readonly uids = new Map<string, string>();
  readonly #dataSet: DataSet;
  readonly #terms: IdentifyingTerms;
  readonly #withValues: boolean;
  /** By whose identity dates move: the patient, or, of one without an id, the study. */
  readonly #patientKey: string;

  constructor({ dataSet }: InstanceTree, profile: DeidentificationProfile, withValues: boolean) {
    this.profile = profile;
    this.#dataSet = dataSet;
    this.#withValues = withValues;
    this.SOPClassUID = this.#text(SOP_CLASS_UID, 'UI');
    this.#patientKey = this.#text(PATIENT_ID, 'LO') || this.#text(STUDY_INSTANCE_UID, 'UI');
    const isKept = (row: Parameters<typeof findOption>[0]): boolean => findOption(row, profile)?.[1] === 'K';
    this.#terms = findIdentifyingTerms(dataSet, (element) => this.vrOf(element), isKept);
    this.cleaner = textCleaner(this.#terms, profile.words, profile.patterns);
  }

  /** That of the dictionary where the file has UN. */
  vrOf({ tag, vr, value }: DataElement): string {
    if (value.kind === 'items') return 'SQ';
    return vr === 'UN' ? this.profile.dictionary.vrOf(tag) ?? 'UN' : vr;
  }

  keywordOf(tag: number): string {
    return this.profile.dictionary.keywordOf(tag) ?? '';
  }

  /** Writes down what was done, and gives back what came of it. */
  tell<Made extends DataElement | undefined>(
    element: DataElement, { path, characterSet }: Scope, action: ElementAction, by: DecidedBy, made: Made,
  ): Made {
    const { tag, vr } = element;
    const original = this.#withValues && made !== element ? { original: this.#shown(element, characterSet) } : {};
    this.changes.push({ path: path + formatTagDigits(tag), keyword: this.keywordOf(tag), vr, action, by, ...original });
    return made;
  }

  /** PatientID and PatientName where the table has them emptied or replaced; undefined for everything else. */
  ofPatient(element: DataElement, vr: string, { by }: Decision, scope: Scope): DataElement | undefined {
    if (by !== 'basic' || element.value.kind !== 'bytes') return undefined;
    const { patients } = this.profile;
    if (element.tag === PATIENT_ID) {
      const [PatientID = ''] = textsOf(element, vr, scope.characterSet);
      const own = PatientID === '' ? '' : this.patientOf(PatientID).pseudonym;
      return { ...element, value: own === '' ? EMPTY_VALUE : this.#encoded(own, scope, vr) };
    }
    if (element.tag !== PATIENT_NAME || patients.name === 'empty' || element.value.bytes.length === 0) return undefined;
    const { pseudonym, name = pseudonym } = this.patientOf(this.#patientKey);
    return { ...element, value: this.#encoded(name, scope, vr) };
  }

  /** What stands for a patient: the site's, else one that follows from the key. */
  patientOf(PatientID: string): ListedPatient {
    const { table, prefix, characters } = this.profile.patients;
    return table?.get(PatientID) ?? { pseudonym: this.profile.pseudonyms.patient(PatientID, prefix, characters) };
  }

  /** Whether the site lists its patients, and not this one, and wants such held. */
  get isUnknownPatient(): boolean {
    const { table, unknown } = this.profile.patients;
    return table !== undefined && unknown === 'hold' && !table.has(this.#text(PATIENT_ID, 'LO'));
  }

  withNewUIDs(element: DataElement): DataElement {
    const texts = textsOf(element, 'UI', []);
    const renamed = texts.map((text) => (isInstanceUID(element.tag, text) ? this.#newUID(text) : text));
    if (element.value.kind !== 'bytes') return { ...element, value: asciiValue(this.#newUID(''), 'UI') };
    return renamed.every((text, index) => text === texts[index]) ? element
      : { ...element, value: asciiValue(renamed.join('\\'), 'UI') };
  }

  #newUID(original: string): string {
    const uid = this.profile.pseudonyms.uid(original);
    this.uids.set(uid, original);
    return uid;
  }

  /** Undefined where it is no date, or none that can be moved. Times of the day and offsets stay. */
  withMovedDates(element: DataElement, vr: string): DataElement | undefined {
    const texts = textsOf(element, vr, []);
    if (vr === 'TM' || vr === 'SH') return texts.every((text) => TIME_OR_OFFSET.test(text)) ? element : undefined;
    if (vr !== 'DA' && vr !== 'DT') return undefined;
    const { minimum, maximum } = this.profile.daysBack;
    const daysBack = this.profile.pseudonyms.daysBack(this.#patientKey, minimum, maximum);
    const moved = shiftDates(vr, texts, daysBack);
    return moved === undefined ? undefined : { ...element, value: asciiValue(moved.join('\\'), vr) };
  }

  /** Of an identifier that something may refer to: equal ones stay equal. */
  withPseudonym(element: DataElement, vr: string, { characterSet }: Scope): DataElement {
    const texts = textsOf(element, vr, characterSet);
    const made = texts.map((text) => (text === '' ? '' : this.profile.pseudonyms.identifier(text)));
    return { ...element, value: asciiValue(made.join('\\'), vr) };
  }

  withText(element: DataElement, text: string): DataElement {
    return { ...element, value: text === '' ? EMPTY_VALUE : asciiValue(text, element.vr) };
  }

  /** What an encapsulated document is replaced with; undefined of other elements. */
  dummyDocument(element: DataElement): DataElement | undefined {
    return emptyDocument(element, this.#dataSet);
  }

  isTooOld(element: DataElement, vr: string): boolean {
    const { oldestAgeYears } = this.profile;
    return vr === 'AS' && oldestAgeYears !== undefined && textsOf(element, vr, []).some((text) => {
      const [, number, unit] = /^(\d{3})([YMWD])$/.exec(text) ?? [];
      return number !== undefined && unit === 'Y' && Number(number) > oldestAgeYears;
    });
  }

  withOldestAge(element: DataElement): DataElement {
    const years = (this.profile.oldestAgeYears ?? 0) + 1;
    return { ...element, value: asciiValue(`${String(years).padStart(3, '0')}Y`, 'AS') };
  }

  /** Whether bytes that may mean anything hold what identifies, as text of the usual kinds. */
  holdsTerm({ value }: DataElement): boolean {
    if (value.kind !== 'bytes' || value.bytes.length < 3) return false;
    const { bytes } = value;
    const shifted = bytes.subarray(1); // of which UTF-16 is as well that in big endian as that at odd places
    const readings = [
      bytes.toString('latin1'), bytes.toString('utf8'), bytes.toString('utf16le'), shifted.toString('utf16le'),
    ];
    return readings.some((text) => this.cleaner.withoutTerms(text) !== text);
  }

  #encoded(text: string, { characterSet }: Scope, vr: string): DataElement['value'] {
    return valueOfTexts([text], vr, characterSet) ?? asciiValue(text.replace(/[^\x20-\x7e]/g, '_'), vr);
  }

  #text(tag: number, vr: string): string {
    const element = this.#dataSet.get(tag);
    const [text = ''] = element === undefined ? [] : textsOf(element, vr, characterSetOf(this.#dataSet, []));
    return trimPadding(text);
  }

  #shown(element: DataElement, characterSet: readonly string[]): string {
    const { value } = element;
    if (value.kind === 'items') return `${value.items.length} items`;
    if (value.kind !== 'bytes') return 'a long value';
    return textsOf(element, this.vrOf(element), characterSet).join('\\').slice(0, LONGEST_ORIGINAL);
  }
}
