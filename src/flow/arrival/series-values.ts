// The values of a series in those fields that statements ask about. Headers are looked at one after the other and not
// kept: an archive of thousands of studies takes no more memory than what is asked of it.

import type { Dictionary } from '../../dicom/dictionary.ts';
import type { Header } from '../../dicom/header.ts';
import { fieldsOf } from '../../select/fields-of.ts';
import type { FieldReference } from '../../select/series-facts.ts';
import type { Statement } from '../../select/statement.ts';

/** The fields that statements ask about, and others by their keywords, by their tags. */
export class AskedFields {
  readonly dictionary: Dictionary;
  readonly tags: ReadonlySet<number>;

  constructor(statements: readonly Statement[], dictionary: Dictionary, keywords: readonly string[] = []) {
    this.dictionary = dictionary;
    const fields = [...statements.flatMap(fieldsOf), ...keywords];
    this.tags = new Set(fields.flatMap((field) => findTag(field, dictionary) ?? []));
  }
}

/** What the instances of one series hold in the fields that are asked about. The first one that is added decides. */
export class SeriesValues {
  readonly #asked: AskedFields;
  readonly #values = new Map<number, readonly string[]>();
  readonly #varying = new Set<number>();

  constructor(asked: AskedFields) {
    this.#asked = asked;
  }

  /** Takes the next instance of the series, by InstanceNumber. */
  add(header: Header): void {
    for (const tag of this.#asked.tags) {
      const values = textsOf(header, tag, this.#asked.dictionary);
      const first = this.#values.get(tag);
      if (first === undefined) this.#values.set(tag, values);
      else if (first.join('\\') !== values.join('\\')) this.#varying.add(tag);
    }
  }

  /** None where the element is absent or empty. @throws where nobody asked for it: a bug */
  value(field: FieldReference): readonly string[] {
    const tag = findTag(field, this.#asked.dictionary);
    if (tag === undefined) return [];
    const values = this.#values.get(tag);
    if (values === undefined) throw new Error(`${String(field)} was not among the fields that were asked for`);
    return values;
  }

  /** Whether an instance that was added has other values than the first. */
  varies(field: FieldReference): boolean {
    const tag = findTag(field, this.#asked.dictionary);
    return tag !== undefined && this.#varying.has(tag);
  }
}

/** The values of a field in one header; none where there is no such field. */
export function valuesIn(header: Header, field: FieldReference, dictionary: Dictionary): readonly string[] {
  const tag = findTag(field, dictionary);
  return tag === undefined ? [] : textsOf(header, tag, dictionary);
}

/** Data without VRs (implicit VR little endian) have them from the dictionary. */
function textsOf(header: Header, tag: number, dictionary: Dictionary): readonly string[] {
  return header.texts(tag, dictionary.vrOf(tag));
}

function findTag(field: FieldReference, dictionary: Dictionary): number | undefined {
  return typeof field === 'string' ? dictionary.tagOf(field) : ((field[0] << 16) | field[1]) >>> 0;
}
