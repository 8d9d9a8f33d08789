// Which transfer syntaxes an instance can be brought into: from every one that can be decoded into every plain one.

import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN,
} from '../transfer-syntaxes.ts';
import { COMPRESSIONS } from './compressions.ts';

/** The transfer syntaxes that there is a way to, in the order in which they suit most. */
export const PLAIN_TRANSFER_SYNTAXES: readonly string[] = [
  EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN,
];

/** Undefined where there is none; `lossy` where what compressed the pixels has changed them, which stays as it is. */
export function findConversion(from: string, to: string): 'lossless' | 'lossy' | undefined {
  if (!PLAIN_TRANSFER_SYNTAXES.includes(to)) return undefined;
  if (PLAIN_TRANSFER_SYNTAXES.includes(from)) return 'lossless';
  const compression = COMPRESSIONS.get(from);
  return compression && (compression.lossless ? 'lossless' : 'lossy');
}
