// PS3.15 table E.1-1, Application Level Confidentiality Profile Attributes: what the basic profile does to each data
// element, and what each option does instead. The rows are facts of the standard, complete for the edition that
// `CONFIDENTIALITY_TABLE_SOURCE` names; the file has one a line: tag, keyword, action, then `Option=action`.

import table from './confidentiality-table.json' with { type: 'json' };
import type { DeidentificationOption } from './options.ts';

/**
 * Of the basic profile: remove (X), empty (Z), dummy value (D), new UID (U); of several, the last that the attribute's
 * Type in the object's IOD makes necessary (PS3.15 table E.1-1a).
 */
export type BasicAction = 'X' | 'Z' | 'D' | 'U' | 'X/Z' | 'X/D' | 'Z/D' | 'X/Z/D' | 'X/Z/U*';

/** Of an option: keep (K), clean (C). */
export type OptionAction = 'K' | 'C';

export interface ConfidentialityRow {
  /** 8 hexadecimal digits, `x` where any will do; `private` for all private elements. */
  readonly tag: string;
  readonly keyword: string;
  readonly basic: BasicAction;
  readonly options: ReadonlyMap<DeidentificationOption, OptionAction>;
}

/** Part, edition and table. */
export const CONFIDENTIALITY_TABLE_SOURCE: string = table.source;

const OPTION_OF_COLUMN: Readonly<Record<string, DeidentificationOption>> = {
  SafePrivate: 'retain-safe-private',
  UIDs: 'retain-uids',
  Device: 'retain-device-identity',
  Institution: 'retain-institution-identity',
  Characteristics: 'retain-patient-characteristics',
  FullDates: 'retain-full-dates',
  ModifiedDates: 'retain-modified-dates',
  Descriptors: 'clean-descriptors',
  StructuredContent: 'clean-structured-content',
  Graphics: 'clean-graphics',
};

/** Every row, by ascending tag, the patterns last. */
export const CONFIDENTIALITY_ROWS: readonly ConfidentialityRow[] = table.rows.map(parseRow);

const ROW_BY_TAG: ReadonlyMap<number, ConfidentialityRow> = new Map(CONFIDENTIALITY_ROWS.flatMap((row) => {
  return /^[0-9A-F]{8}$/.test(row.tag) ? [[parseInt(row.tag, 16), row] as const] : [];
}));

const rowNamed = (tag: string): ConfidentialityRow => {
  const row = CONFIDENTIALITY_ROWS.find((one) => one.tag === tag);
  if (row === undefined) throw new Error(`the table has no row ${tag}`);
  return row;
};

const CURVES = rowNamed('50xxxxxx');
const OVERLAY_DATA = rowNamed('60xx3000');
const OVERLAY_COMMENTS = rowNamed('60xx4000');
const PRIVATE = rowNamed('private');

/** The row that speaks of an element; undefined where the table does not mention it. */
export function findConfidentialityRow(tag: number): ConfidentialityRow | undefined {
  const group = tag >>> 16;
  if (group % 2 === 1) return PRIVATE;
  if (group >>> 8 === 0x50) return CURVES;
  if (group >>> 8 === 0x60 && (tag & 0xffff) === 0x3000) return OVERLAY_DATA;
  if (group >>> 8 === 0x60 && (tag & 0xffff) === 0x4000) return OVERLAY_COMMENTS;
  return ROW_BY_TAG.get(tag);
}

function parseRow(line: string): ConfidentialityRow {
  const [tag = '', keyword = '', basic = '', ...columns] = line.split(' ');
  const options = columns.map((column): [DeidentificationOption, OptionAction] => {
    const [name = '', action = ''] = column.split('=');
    const option = OPTION_OF_COLUMN[name];
    if (option === undefined) throw new Error(`the table has no column ${name}`);
    return [option, action as OptionAction];
  });
  return { tag, keyword, basic: basic as BasicAction, options: new Map(options) };
}
