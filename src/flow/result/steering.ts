// What a result asks for: the object `dts` in output.json, and whether its stream allows it.
//
// Nothing of it is ever passed over: a result that asked to be discarded must not be delivered because of a misspelt
// word or a missing permission.

import type { Stream } from '../../config/configuration.ts';
import { STEERING_WORDS } from '../../config/steering-words.ts';
import type { Failure } from '../../job/failure.ts';
import type { Steering } from '../../job/job.ts';
import { textOf } from './json-with-numbers.ts';

/** A mail has a subject line, not a report. */
const LONGEST_NOTICE = 2000;
/** As names of destinations. */
const LONGEST_WORD = 64;

/** @param value of `dts`, parsed with the text of its numbers @returns why it cannot be understood, as a text */
export function parseSteering(value: unknown): Steering | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no object';
  const { destinations, discard, notify, ...others } = value as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `${other.slice(0, LONGEST_WORD)} is none of ${STEERING_WORDS.join(', ')}`;
  if (destinations !== undefined && !isListOfNames(destinations)) return 'destinations is no list of names';
  if (discard !== undefined && typeof discard !== 'boolean') return 'discard is neither true nor false';
  if (notify !== undefined && !isNotice(notify)) return `notify is no text of 1 to ${LONGEST_NOTICE} characters`;
  if (discard === true && destinations !== undefined) return 'discard and destinations do not go together';
  return {
    ...(destinations === undefined ? {} : { destinations: [...new Set(destinations.map(textOf))] }),
    ...(discard === true ? { discard } : {}),
    ...(notify === undefined ? {} : { notify: textOf(notify) }),
  };
}

/** Everything that the stream does not let it ask for. */
export function validateSteering(steering: Steering, stream: Stream): Failure[] {
  const failures = STEERING_WORDS.filter((word) => steering[word] !== undefined && !stream.steering.includes(word))
    .map((word): Failure => ({ reason: 'steering-not-allowed', word, stream: stream.name }));
  return [...failures, ...validateDestinations(steering, stream)];
}

/** Destinations that the stream does not have, or no longer. */
export function validateDestinations({ destinations = [] }: Steering, stream: Stream): Failure[] {
  const known = stream.destinations.map(({ name }) => name);
  return destinations.filter((name) => !known.includes(name))
    .map((destination) => ({ reason: 'steering-destination', destination, stream: stream.name, known }));
}

function isListOfNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isName);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && textOf(value).length <= LONGEST_WORD;
}

function isNotice(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_NOTICE;
}
