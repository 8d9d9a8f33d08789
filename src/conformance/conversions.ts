// Section 4.2.2.6: what FORWARD converts where a peer lacks the transfer syntax of an instance.

import { COMPRESSIONS } from '../dicom/codec/compressions.ts';
import { PLAIN_TRANSFER_SYNTAXES } from '../dicom/codec/conversion.ts';
import { waysFrom } from '../dicom/codec/ways.ts';
import { TRANSFER_SYNTAXES } from '../dicom/transfer-syntaxes.ts';
import { table } from './table.ts';

export function conversions(): string {
  const all = [...PLAIN_TRANSFER_SYNTAXES, ...[...COMPRESSIONS.keys()].sort()];
  return `##### 4.2.2.6 Transfer syntax conversion

${table(['an instance in', 'UID', 'is also proposed in', 'and, where the destination\'s `transferSyntaxes` says so, in'], [
    ...all.map((UID) => {
      const proposed = waysFrom(UID).filter((way) => way !== UID);
      const named = waysFrom(UID, PLAIN_TRANSFER_SYNTAXES).filter((way) => way !== UID && !proposed.includes(way));
      return [nameOf(UID), `\`${UID}\``, ...[proposed, named].map((ways) => ways.map(nameOf).join(', ') || 'nothing else')];
    }),
    ['any other', '', 'nothing else', 'nothing else'],
  ])}
Pixels that were compressed without loss come out bit by bit. What was compressed with loss is decoded only on request,
and LossyImageCompression (0028,2110) is then 01. With the pixels change PhotometricInterpretation (YBR_RCT and YBR_ICT
become RGB, and YBR_FULL_422 of lossy JPEG), PlanarConfiguration (0, but of RLE as it says), the VR of PixelData, and
the attributes of its encapsulation, which go. Group lengths (gggg,0000) are left out. SOPInstanceUID stays: the
instance is the same. Values of VR UN are not touched, whatever the byte order (PS3.5 section 6.2.2); elements of a VR
that the standard does not have are not converted to or from big endian. Nothing is compressed.

Not converted, and refused with the reason: JPEG 2000 and HTJ2K with colours of more than 8 bits, or with 8 signed bits;
compressed images of 32 bits other than in RLE; images whose frames say other dimensions than their attributes.
`;
}

function nameOf(UID: string): string {
  return TRANSFER_SYNTAXES.get(UID)?.name ?? UID;
}
