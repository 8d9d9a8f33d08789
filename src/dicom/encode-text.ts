// Text as the SpecificCharacterSet (0008,0005) of its data set wants it: what charset.ts decodes, the other way round
// (PS3.3 section C.12.1.1.2, PS3.5 section 6.1). Never writes what would be read as something else: a character that
// none of the sets has is a fault.

import {
  ASCII, CHARACTER_SETS, CODE_EXTENSIONS, STANDALONE_SETS, type CodeElement, type CodeExtension,
} from './character-sets.ts';
import { delimitersOf, normalizeName } from './charset.ts';
import { codeTableOf, standaloneTable } from './code-table.ts';

/** Why text cannot be encoded, without the text: an ending to "the value …". */
export interface Unencodable {
  readonly unencodable: string;
}

const ESCAPE = '\x1b';
const UNDEFINED_CHARACTER = '\ufffd';
/** JIS X 0201: its romaji come back by an escape sequence of their own. */
const ROMAJI_AND_KATAKANA = '13';
const BACK_TO_ROMAJI = '(J';
const BACK_TO_ASCII = '(B';

/** GB18030 counts what lies beyond 16 bits on from here, by tens and 126s (GB 18030 section 5). */
const FIRST_SUPPLEMENTARY = 0x10000;
const FIRST_SUPPLEMENTARY_INDEX = 189_000;

/**
 * The bytes of a whole value: all its values, with the backslashes between them. Takes all the values of
 * SpecificCharacterSet; none means ASCII. The VR says which characters end the effect of an escape sequence.
 */
export function encodeText(text: string, SpecificCharacterSet: readonly string[], vr = 'LO'): Buffer | Unencodable {
  if (isPlain(text)) return Buffer.from(text, 'latin1');
  const names = SpecificCharacterSet.map(normalizeName);
  const [name = ''] = names;
  const isStandalone = STANDALONE_SETS.has(name);
  const encoder = isStandalone ? standaloneEncoder(name) : new ExtendedEncoder(names, delimitersOf(vr));
  const codes: Buffer[] = [];
  for (const character of text) {
    const code = character === UNDEFINED_CHARACTER || character === ESCAPE ? undefined : encoder.encode(character);
    if (code === undefined) return unencodable(character, SpecificCharacterSet);
    codes.push(code);
  }
  codes.push(encoder.end());
  return Buffer.concat(codes);
}

/** All the sets have ASCII below 128. */
function isPlain(text: string): boolean {
  return /^[\0-\x1a\x1c-\x7f]*$/.test(text);
}

function unencodable(character: string, SpecificCharacterSet: readonly string[]): Unencodable {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const sets = SpecificCharacterSet.join('\\');
  return { unencodable: `has the character U+${code}, which ${sets === '' ? 'ASCII' : sets} does not have` };
}

interface Encoder {
  /** Undefined where there is no code for it. */
  encode(character: string): Buffer | undefined;
  /** What must stand behind the last. */
  end(): Buffer;
}

const NOTHING = Buffer.alloc(0);

function standaloneEncoder(name: string): Encoder {
  const isUTF8 = STANDALONE_SETS.get(name) === 'utf-8';
  return { encode: (character) => isUTF8 ? encodeUTF8(character) : encodeGB(character, name), end: () => NOTHING };
}

/** Half of a surrogate pair is no character. */
function encodeUTF8(character: string): Buffer | undefined {
  return /[\ud800-\udfff]/u.test(character) ? undefined : Buffer.from(character);
}

function encodeGB(character: string, name: string): Buffer | undefined {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return Buffer.of(point);
  const code = standaloneTable(name).get(character);
  if (code !== undefined) return bytesOf(code, code > 0xffff ? 4 : 2);
  if (name !== 'GB18030' || point < FIRST_SUPPLEMENTARY) return undefined;
  const index = point - FIRST_SUPPLEMENTARY + FIRST_SUPPLEMENTARY_INDEX;
  const [tens, rows] = [Math.floor(index / 10), Math.floor(index / 1260)];
  return Buffer.of(0x81 + Math.floor(rows / 10), 0x30 + (rows % 10), 0x81 + (tens % 126), 0x30 + (index % 10));
}

/** ISO 2022: sets brought into force by escape sequences, as few as are needed, and left before a delimiter. */
class ExtendedEncoder implements Encoder {
  readonly #initialG1: CodeElement | undefined;
  readonly #backToInitialG0: string;
  readonly #extensions: readonly CodeExtension[];
  readonly #delimiters: ReadonlySet<number>;
  #G0: CodeElement = ASCII;
  #G1: CodeElement | undefined;

  constructor(names: readonly string[], delimiters: ReadonlySet<number>) {
    const [first = '', ...others] = names;
    this.#initialG1 = CHARACTER_SETS.get(first)?.G1;
    this.#backToInitialG0 = first === ROMAJI_AND_KATAKANA ? BACK_TO_ROMAJI : BACK_TO_ASCII;
    this.#extensions = (others.length > 0 ? names : [])
      .flatMap((name) => CODE_EXTENSIONS.get(name) ?? []);
    this.#delimiters = delimiters;
    this.#G1 = this.#initialG1;
  }

  encode(character: string): Buffer | undefined {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) return this.#encodeASCII(point);
    const code = this.#G1 === undefined ? undefined : encodeIn(this.#G1, character);
    if (code !== undefined) return code;
    if (this.#G0 !== ASCII) {
      const double = encodeIn(this.#G0, character);
      if (double !== undefined) return double;
    }
    for (const extension of this.#extensions) {
      const inIt = encodeIn(extension.element, character);
      if (inIt !== undefined) return Buffer.concat([this.#switchTo(extension), inIt]);
    }
    return undefined;
  }

  end(): Buffer {
    return Buffer.concat([this.#leaveG0(), this.#leaveG1()]);
  }

  #encodeASCII(point: number): Buffer {
    const back = [this.#leaveG0(), this.#delimiters.has(point) ? this.#leaveG1() : NOTHING];
    return Buffer.concat([...back, Buffer.of(point)]);
  }

  #switchTo({ escape, element }: CodeExtension): Buffer {
    if (element.half === 'G0') this.#G0 = element;
    else this.#G1 = element;
    return Buffer.from(ESCAPE + escape, 'latin1');
  }

  #leaveG0(): Buffer {
    if (this.#G0 === ASCII) return NOTHING;
    this.#G0 = ASCII;
    return Buffer.from(ESCAPE + this.#backToInitialG0, 'latin1');
  }

  /** Where the text began without one, it is forgotten, and its escape sequence comes again when it is needed. */
  #leaveG1(): Buffer {
    const left = this.#G1;
    this.#G1 = this.#initialG1;
    const back = this.#extensions.find(({ element }) => element === this.#initialG1);
    return left === this.#initialG1 || back === undefined ? NOTHING : Buffer.from(ESCAPE + back.escape, 'latin1');
  }
}

function encodeIn(element: CodeElement, character: string): Buffer | undefined {
  const code = codeTableOf(element).get(character);
  return code === undefined ? undefined : bytesOf(code, element.bytesPerCharacter);
}

function bytesOf(code: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(code, 0, length);
  return bytes;
}
