// A choice: several destinations of which each delivery goes to one, by hour and price, each the others' backup.

import * as v from 'valibot';
import { retry } from '../retry.ts';
import { strictObject } from '../strict-object.ts';
import { key, listOf, name, seconds, textOr } from '../values.ts';
import { destination } from './destination.ts';
import { whatGoesThere } from './every-kind.ts';

const A_MEMBER = 'a destination, or the name of one';

export const choice = strictObject({
  name: v.optional(key(
    name, 'What the choice is called in commands and lists. Among `destinations` the key that it stands under, when left '
    + 'out; in a stream it must be given.', 'provider',
  )),
  oneOf: key(
    v.pipe(
      listOf(textOr(name, destination, A_MEMBER), 'destinations, or of names of such'),
      v.minLength(2, 'at least two destinations'),
    ),
    'The destinations of which one is taken for each delivery: of those whose `when` is open, the one with the lowest '
    + '`cost`, of equal ones the first. One that does not work is passed over until it does. What is filtered and what '
    + 'is optional is said of the choice, not of these.',
    ['dayProvider', 'nightProvider'],
  ),
  failoverAfterSeconds: v.optional(key(
    seconds(0), 'How long one of them may be in trouble before the next is taken. A delivery that was begun goes to the '
    + 'next as a whole: what the first has got of it stays there, unfinished.', 300,
  ), 0),
  ...whatGoesThere(),
  retry: v.optional(key(
    retry('a delivery'), 'When a delivery that none of them took is looked at again, and when it has failed. How soon '
    + 'each of them is asked again is said by its own `retry`.',
  ), {}),
});

export type ChoiceEntry = v.InferOutput<typeof choice>;
