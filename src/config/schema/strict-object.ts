// Objects and maps as the configuration's files have them: nothing unknown passes, and every stranger is told.

import * as v from 'valibot';

const AN_OBJECT = 'an object, { … }';

/**
 * An object with these keys and no others. Unlike valibot's own, it reports every unknown key and not only the first,
 * and it takes no list for an object. The message of an unknown key is the list of those that could stand there.
 */
export function strictObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.StrictObjectSchema<Entries, string> {
  const unknownKey = v.never(Object.keys(entries).join(', '));
  const schema = refuseLists(v.objectWithRest(entries, unknownKey, AN_OBJECT));
  // The rest is `never`, so what passes has exactly the type of a strict object.
  return schema as unknown as v.StrictObjectSchema<Entries, string>;
}

/** An object whose keys the site chooses, each with a value of the same kind. */
export function mapOf<const Value extends v.GenericSchema>(
  keys: v.GenericSchema<string, string>, value: Value,
): v.RecordSchema<v.GenericSchema<string, string>, Value, string> {
  return refuseLists(v.record(keys, value, AN_OBJECT));
}

/** valibot takes a list for an object; a reader of the configuration must not. */
function refuseLists<Schema extends v.GenericSchema>(schema: Schema): Schema {
  return {
    ...schema,
    '~run'(dataset, config) {
      if (!Array.isArray(dataset.value)) return schema['~run'](dataset, config);
      v._addIssue(this, 'type', dataset, config);
      return dataset as ReturnType<Schema['~run']>;
    },
  };
}
