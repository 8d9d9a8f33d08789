// Which transfer syntaxes a destination is to get, for archives that accept everything and then cannot show it.

import * as v from 'valibot';
import { findTransferSyntaxUID } from '../../../dicom/transfer-syntax-keywords.ts';
import { key, listOf, textThat } from '../values.ts';

/** Becomes the UID. */
const transferSyntax = v.pipe(
  textThat(
    (word) => findTransferSyntaxUID(word) !== undefined,
    'a transfer syntax: its UID, or its name in the standard such as ExplicitVRLittleEndian or JPEGLosslessSV1',
  ),
  v.transform((word) => findTransferSyntaxUID(word) ?? word),
);

export const transferSyntaxes = v.optional(key(
  v.pipe(listOf(transferSyntax, 'transfer syntaxes'), v.minLength(1, 'at least one transfer syntax')),
  'The transfer syntaxes in which the node is to get instances, best first, by UID or by name. What lies in one of '
    + 'them goes as it lies; everything else is converted to the first that it can be: uncompressed ones, also from what '
    + 'was compressed with loss. Left out: everything goes as it lies where the node accepts that, and is converted only '
    + 'where nothing is lost. See docs/transfer-syntaxes.md.',
  ['JPEGLosslessSV1', 'ExplicitVRLittleEndian', 'ImplicitVRLittleEndian'],
));
