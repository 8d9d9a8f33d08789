// In which transfer syntaxes an instance may leave.

import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../transfer-syntaxes.ts';
import { findConversion } from './conversion.ts';

/** What nearly everybody takes; the second everybody must (PS3.5 section 10.1). */
const USUAL: readonly string[] = [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN];

/**
 * The transfer syntaxes for an instance that lies in one, best first: as it lies, else what it can be converted to.
 * @param wanted those that the receiver is to get, best first; undefined where it has no wishes: then what was
 * compressed with loss is not decompressed, which would make it larger and no better
 * @returns none where it can be brought into none of those
 */
export function waysFrom(TransferSyntaxUID: string, wanted?: readonly string[]): readonly string[] {
  if (wanted === undefined) {
    return [TransferSyntaxUID, ...others(TransferSyntaxUID, USUAL)
      .filter((way) => findConversion(TransferSyntaxUID, way) === 'lossless')];
  }
  return [
    ...wanted.filter((way) => way === TransferSyntaxUID),
    ...others(TransferSyntaxUID, wanted).filter((way) => findConversion(TransferSyntaxUID, way) !== undefined),
  ];
}

function others(TransferSyntaxUID: string, all: readonly string[]): string[] {
  return [...new Set(all)].filter((one) => one !== TransferSyntaxUID);
}
