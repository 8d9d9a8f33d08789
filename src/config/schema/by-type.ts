// Objects of several kinds, told apart by their `type` before anything else is checked, so that problems name the right
// place and each kind knows its own keys.

import * as v from 'valibot';

/**
 * @param kinds the schema of each kind, whose own `type` is that word
 * @param usual what an object without a `type` is, and what one with another word is checked as
 */
export function byType<const Kinds extends Readonly<Record<string, v.GenericSchema>>>(
  kinds: Kinds, usual: keyof Kinds & string, expected: string,
) {
  type AnyKind = Kinds[keyof Kinds];
  const choose = (input: unknown): AnyKind => {
    const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : usual;
    const chosen = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : kinds[usual];
    return chosen as AnyKind;
  };
  return v.pipe(v.lazy(choose), v.metadata({ expected, kinds }));
}

/** The kinds that a schema made by `byType` tells apart; undefined for any other. */
export function kindsOf(schema: v.GenericSchema): Readonly<Record<string, v.GenericSchema>> | undefined {
  const { kinds } = v.getMetadata(schema) as { kinds?: Readonly<Record<string, v.GenericSchema>> };
  return kinds;
}
