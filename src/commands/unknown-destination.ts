// A destination that a person named and that nothing can be sent to by itself.

import type { Configuration } from '../config/configuration.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

/** @param names of those that could have been named */
export function unknownDestination(
  { choices }: Pick<Configuration, 'choices'>, name: string, names: readonly string[],
): UsageFault {
  const choice = choices.find((one) => one.name === name);
  if (choice === undefined) return unknownWord('destination', name, names);
  const members = choice.oneOf.map((one) => one.name).join(', ');
  return new UsageFault(`${name} is a choice among several destinations; name one of them: ${members}`);
}
