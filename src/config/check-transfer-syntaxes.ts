// Checks `transferSyntaxes` of destinations: a list that nothing can be converted to, or that says something twice.
//
// Takes the file as it stands, with whatever else may be wrong in it.

import { PLAIN_TRANSFER_SYNTAXES } from '../dicom/codec/conversion.ts';
import { findTransferSyntaxUID } from '../dicom/transfer-syntax-keywords.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt } from './loose.ts';

export function checkTransferSyntaxes(station: unknown): Finding[] {
  return destinationEntries(station).flatMap(({ entry, path }) => {
    const words = itemsAt(entry, 'transferSyntaxes');
    return checkList(words.map((word) => findTransferSyntaxUID(String(word))), [...path, 'transferSyntaxes']);
  });
}

function checkList(UIDs: readonly (string | undefined)[], path: Path): Finding[] {
  if (UIDs.length === 0 || UIDs.includes(undefined)) return []; // the schema has told
  const warning = { level: 'warning', file: 'config.json', at: 'value' } as const;
  const again = UIDs.flatMap((UID, index): Finding[] => {
    const isFirst = UIDs.indexOf(UID) === index;
    return isFirst ? [] : [{ ...warning, path: [...path, index], message: 'stands there before, and counts there' }];
  });
  if (UIDs.some((UID) => UID !== undefined && PLAIN_TRANSFER_SYNTAXES.includes(UID))) return again;
  const message = 'nothing can be converted to these, so what lies in others will fail';
  const expected = 'one that is not compressed behind them, such as ExplicitVRLittleEndian';
  return [...again, { ...warning, path, message, expected }];
}
