// The transfer syntaxes of the standard, retired ones included (PS3.6 table A-1; PS3.5 annex A), and one private one
// that is still met: all that is needed to find the elements of a dataset.

/** How a dataset is laid out in bytes. */
export interface TransferSyntax {
  UID: string;
  name: string;
  littleEndian: boolean;
  explicitVR: boolean;
  /** The whole dataset is one deflate stream without a header (PS3.5 section A.5). */
  deflated: boolean;
  /** PixelData is a sequence of fragments of undefined length (PS3.5 section A.4). */
  encapsulated: boolean;
}

export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_VR_BIG_ENDIAN = '1.2.840.10008.1.2.2';

type Layout = Omit<TransferSyntax, 'UID' | 'name'>;

const implicit: Layout = { littleEndian: true, explicitVR: false, deflated: false, encapsulated: false };
const explicit: Layout = { littleEndian: true, explicitVR: true, deflated: false, encapsulated: false };
const bigEndian: Layout = { littleEndian: false, explicitVR: true, deflated: false, encapsulated: false };
const deflated: Layout = { littleEndian: true, explicitVR: true, deflated: true, encapsulated: false };
const encapsulated: Layout = { littleEndian: true, explicitVR: true, deflated: false, encapsulated: true };

const TABLE: readonly (readonly [UID: string, name: string, layout: Layout])[] = [
  [IMPLICIT_VR_LITTLE_ENDIAN, 'Implicit VR Little Endian', implicit],
  [EXPLICIT_VR_LITTLE_ENDIAN, 'Explicit VR Little Endian', explicit],
  ['1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', encapsulated],
  [DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, 'Deflated Explicit VR Little Endian', deflated],
  [EXPLICIT_VR_BIG_ENDIAN, 'Explicit VR Big Endian (Retired)', bigEndian],
  ['1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', encapsulated],
  ['1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 and 4)', encapsulated],
  ['1.2.840.10008.1.2.4.52', 'JPEG Extended (Process 3 and 5) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.54', 'JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.55', 'JPEG Full Progression, Non-Hierarchical (Process 10 and 12) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.56', 'JPEG Full Progression, Non-Hierarchical (Process 11 and 13) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.57', 'JPEG Lossless, Non-Hierarchical (Process 14)', encapsulated],
  ['1.2.840.10008.1.2.4.58', 'JPEG Lossless, Non-Hierarchical (Process 15) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.59', 'JPEG Extended, Hierarchical (Process 16 and 18) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.60', 'JPEG Extended, Hierarchical (Process 17 and 19) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.61', 'JPEG Spectral Selection, Hierarchical (Process 20 and 22) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.62', 'JPEG Spectral Selection, Hierarchical (Process 21 and 23) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.63', 'JPEG Full Progression, Hierarchical (Process 24 and 26) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.64', 'JPEG Full Progression, Hierarchical (Process 25 and 27) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.65', 'JPEG Lossless, Hierarchical (Process 28) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.66', 'JPEG Lossless, Hierarchical (Process 29) (Retired)', encapsulated],
  ['1.2.840.10008.1.2.4.70', 'JPEG Lossless, Non-Hierarchical, First-Order Prediction', encapsulated],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless Image Compression', encapsulated],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS Lossy (Near-Lossless) Image Compression', encapsulated],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 Image Compression (Lossless Only)', encapsulated],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000 Image Compression', encapsulated],
  ['1.2.840.10008.1.2.4.92', 'JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)', encapsulated],
  ['1.2.840.10008.1.2.4.93', 'JPEG 2000 Part 2 Multi-component Image Compression', encapsulated],
  ['1.2.840.10008.1.2.4.94', 'JPIP Referenced', explicit],
  ['1.2.840.10008.1.2.4.95', 'JPIP Referenced Deflate', deflated],
  ['1.2.840.10008.1.2.4.100', 'MPEG2 Main Profile / Main Level', encapsulated],
  ['1.2.840.10008.1.2.4.100.1', 'Fragmentable MPEG2 Main Profile / Main Level', encapsulated],
  ['1.2.840.10008.1.2.4.101', 'MPEG2 Main Profile / High Level', encapsulated],
  ['1.2.840.10008.1.2.4.101.1', 'Fragmentable MPEG2 Main Profile / High Level', encapsulated],
  ['1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1', encapsulated],
  ['1.2.840.10008.1.2.4.102.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1', encapsulated],
  ['1.2.840.10008.1.2.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', encapsulated],
  ['1.2.840.10008.1.2.4.103.1', 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', encapsulated],
  ['1.2.840.10008.1.2.4.104', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', encapsulated],
  ['1.2.840.10008.1.2.4.104.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', encapsulated],
  ['1.2.840.10008.1.2.4.105', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', encapsulated],
  ['1.2.840.10008.1.2.4.105.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', encapsulated],
  ['1.2.840.10008.1.2.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', encapsulated],
  ['1.2.840.10008.1.2.4.106.1', 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', encapsulated],
  ['1.2.840.10008.1.2.4.107', 'HEVC/H.265 Main Profile / Level 5.1', encapsulated],
  ['1.2.840.10008.1.2.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1', encapsulated],
  ['1.2.840.10008.1.2.4.110', 'JPEG XL Lossless', encapsulated],
  ['1.2.840.10008.1.2.4.111', 'JPEG XL JPEG Recompression', encapsulated],
  ['1.2.840.10008.1.2.4.112', 'JPEG XL', encapsulated],
  ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Image Compression (Lossless Only)', encapsulated],
  ['1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 with RPCL Options (Lossless Only)', encapsulated],
  ['1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000 Image Compression', encapsulated],
  ['1.2.840.10008.1.2.4.204', 'JPIP HTJ2K Referenced', explicit],
  ['1.2.840.10008.1.2.4.205', 'JPIP HTJ2K Referenced Deflate', deflated],
  ['1.2.840.10008.1.2.5', 'RLE Lossless', encapsulated],
  ['1.2.840.10008.1.2.6.1', 'RFC 2557 MIME Encapsulation (Retired)', explicit],
  ['1.2.840.10008.1.2.6.2', 'XML Encoding (Retired)', explicit],
  ['1.2.840.10008.1.2.7.1', 'SMPTE ST 2110-20 Uncompressed Progressive Active Video', explicit],
  ['1.2.840.10008.1.2.7.2', 'SMPTE ST 2110-20 Uncompressed Interlaced Active Video', explicit],
  ['1.2.840.10008.1.2.7.3', 'SMPTE ST 2110-30 PCM Digital Audio', explicit],
  ['1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression', encapsulated],
  ['1.2.840.10008.1.20', 'Papyrus 3 Implicit VR Little Endian (Retired)', implicit],
  // The elements are little endian; only the samples within PixelData are big endian.
  ['1.2.840.113619.5.2', 'GE Private Implicit VR Little Endian With Big Endian Pixel Data', implicit],
];

/** Every known transfer syntax by UID. */
export const TRANSFER_SYNTAXES: ReadonlyMap<string, TransferSyntax> = new Map(
  TABLE.map(([UID, name, layout]) => [UID, { UID, name, ...layout }]),
);

/**
 * The layout that a TransferSyntaxUID stands for. An unknown one is taken for explicit VR little endian with
 * encapsulated PixelData: PS3.5 section A.4 demands that of every compressed transfer syntax, and all those added to
 * the standard for many years, as well as private ones, are of that kind.
 */
export function transferSyntax(TransferSyntaxUID: string): TransferSyntax {
  const known = TRANSFER_SYNTAXES.get(TransferSyntaxUID);
  return known ?? { UID: TransferSyntaxUID, name: 'Unknown transfer syntax', ...encapsulated };
}
