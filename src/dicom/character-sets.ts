// The character sets that SpecificCharacterSet (0008,0005) can name: PS3.3 tables C.12-2 to C.12-5, the code elements
// and escape sequences behind them. Only tables; how they are switched is in charset.ts.

/** A set of characters in use for one half of the byte values: G0 below 128, G1 above (ISO 2022). */
export interface CodeElement {
  half: 'G0' | 'G1';
  bytesPerCharacter: 1 | 2;
  /** Of a run of bytes that all belong to this code element. */
  decode: (bytes: Buffer) => string;
}

/** The code elements in force where text begins. */
export interface CharacterSet {
  G0: CodeElement;
  G1?: CodeElement;
}

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

// Made when first needed: most text is ASCII and a decoder's tables are large.
function decodeAs(label: string, bytes: Uint8Array): string {
  let decoder = decoders.get(label);
  if (decoder === undefined) {
    decoder = new TextDecoder(label);
    decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}

/** ISO-IR 6. */
export const ASCII: CodeElement = { half: 'G0', bytesPerCharacter: 1, decode: (bytes) => bytes.toString('latin1') };

/** ISO-IR 100, and what bytes above 127 are taken for where nothing says what they are. */
export const LATIN_1: CodeElement = { half: 'G1', bytesPerCharacter: 1, decode: (bytes) => bytes.toString('latin1') };

// ISO-IR 14. It has a yen sign for the backslash and an overline for the tilde; the standard separates values at the
// yen sign all the same, so both are left as the ASCII characters that share their codes.
const ROMAJI = ASCII;

// ISO-IR 87 and 159 have both bytes below 128. EUC has the same characters above, those of 159 behind a byte 8F.
const JIS_X_0208: CodeElement = {
  half: 'G0',
  bytesPerCharacter: 2,
  decode: (bytes) => decodeAs('euc-jp', Uint8Array.from(bytes, (byte) => byte | 0x80)),
};
const JIS_X_0212: CodeElement = {
  half: 'G0',
  bytesPerCharacter: 2,
  decode: (bytes) => {
    const euc: number[] = [];
    bytes.forEach((byte, index) => euc.push(...(index % 2 === 0 ? [0x8f] : []), byte | 0x80));
    return decodeAs('euc-jp', Uint8Array.from(euc));
  },
};

const KS_X_1001 = upperHalf('euc-kr', 2);
const GB_2312 = upperHalf('gbk', 2);

// Registration number, escape sequence without its ESC, code element.
const SINGLE_BYTE_SETS: readonly (readonly [registration: string, escape: string, element: CodeElement])[] = [
  ['100', '-A', LATIN_1],
  ['101', '-B', upperHalf('iso-8859-2', 1)],
  ['109', '-C', upperHalf('iso-8859-3', 1)],
  ['110', '-D', upperHalf('iso-8859-4', 1)],
  ['144', '-L', upperHalf('iso-8859-5', 1)],
  ['127', '-G', upperHalf('iso-8859-6', 1)],
  ['126', '-F', upperHalf('iso-8859-7', 1)],
  ['138', '-H', upperHalf('iso-8859-8', 1)],
  ['148', '-M', upperHalf('iso-8859-9', 1)],
  ['203', '-b', upperHalf('iso-8859-15', 1)],
  ['166', '-T', upperHalf('windows-874', 1)],
  ['13', ')I', upperHalf('shift_jis', 1)],
];

const TWO_BYTE_SETS: readonly (readonly [registration: string, escape: string, element: CodeElement])[] = [
  ['87', '$B', JIS_X_0208],
  ['159', '$(D', JIS_X_0212],
  ['149', '$)C', KS_X_1001],
  ['58', '$)A', GB_2312],
];

/** A code element and the escape sequence, without its ESC, that brings it into force. */
export interface CodeExtension {
  readonly escape: string;
  readonly element: CodeElement;
}

/** By the registration number in a value of SpecificCharacterSet. */
export const CODE_EXTENSIONS: ReadonlyMap<string, CodeExtension> = new Map(
  [...SINGLE_BYTE_SETS, ...TWO_BYTE_SETS].map(([registration, escape, element]) => [registration, { escape, element }]),
);

/**
 * What text begins with, by the registration number in the first value of SpecificCharacterSet. Sets of two bytes are
 * not legal there; those in the upper half are nonetheless seen alone, without any escape sequence.
 */
export const CHARACTER_SETS: ReadonlyMap<string, CharacterSet> = new Map<string, CharacterSet>([
  ['', { G0: ASCII }],
  ['6', { G0: ASCII }],
  ...SINGLE_BYTE_SETS.map(([registration, , G1]): [string, CharacterSet] => [registration, { G0: ASCII, G1 }]),
  ['87', { G0: ASCII }],
  ['159', { G0: ASCII }],
  ['149', { G0: ASCII, G1: KS_X_1001 }],
  ['58', { G0: ASCII, G1: GB_2312 }],
]);

/** What an escape sequence, without its ESC, brings into force. */
export const ESCAPE_SEQUENCES: ReadonlyMap<string, CodeElement> = new Map<string, CodeElement>([
  ['(B', ASCII],
  ['(J', ROMAJI],
  ...[...CODE_EXTENSIONS.values()].map(({ escape, element }): [string, CodeElement] => [escape, element]),
  // The edition of 1978, not of the standard: almost the same characters, still sent by old devices.
  ['$@', JIS_X_0208],
]);

/** Sets that stand alone, without code extensions (PS3.3 table C.12-5): encoding by name. */
export const STANDALONE_SETS: ReadonlyMap<string, string> = new Map([
  ['192', 'utf-8'],
  ['UTF-8', 'utf-8'],
  ['UTF8', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);

/** The text of a value in a set that stands alone; undefined if the name is not of such a set. */
export function decodeStandalone(bytes: Buffer, name: string): string | undefined {
  const label = STANDALONE_SETS.get(name);
  return label === undefined ? undefined : decodeAs(label, bytes);
}

function upperHalf(label: string, bytesPerCharacter: 1 | 2): CodeElement {
  return { half: 'G1', bytesPerCharacter, decode: (bytes) => decodeAs(label, bytes) };
}
