// What stands in config.json where instances may go to: a destination, or a choice among several, told by its `oneOf`.

import * as v from 'valibot';
import { kindsOf } from '../by-type.ts';
import { choice } from './choice.ts';
import { destination } from './destination.ts';

const either = v.lazy((input): typeof destination | typeof choice => {
  return typeof input === 'object' && input !== null && 'oneOf' in input ? choice : destination;
});

export const recipient = v.pipe(
  either, v.metadata({ expected: 'a destination, { … }', kinds: { ...kindsOf(destination), choice } }),
);

export type RecipientEntry = v.InferOutput<typeof recipient>;
