// The keys of a stream that say which arrivals it wants, and when one of them is complete.

import * as v from 'valibot';
import { mapOf, strictObject } from './strict-object.ts';
import { addressRange, key, listOf, nonEmptyText, oneOrMore, pattern, seconds, text, wholeNumber } from './values.ts';

const headerPatterns = oneOrMore(
  mapOf(text, text), 'an object of keywords and patterns, or a list of such objects',
);

export const trigger = strictObject({
  AETitleCalled: v.optional(key(
    pattern, 'A pattern of the AE title by which DTS was called. It is tried from the start of the title.', '^AICORE1$',
  ), '.*'),
  AETitleCaller: v.optional(key(pattern, 'A pattern of the AE title of the caller, in the same way.', '^PACS'), '.*'),
  CallerIP: v.optional(key(
    listOf(addressRange, 'addresses'), 'Addresses of callers. Empty: any.', ['10.1.0.0/16', '10.2.3.4'],
  ), []),
  match: v.optional(key(
    headerPatterns,
    'Patterns by DICOM keyword. A study is wanted when one of its series, a series when it itself, fits every keyword '
    + 'of any entry. A pattern is searched anywhere in each value of the element (in that of the first instance by '
    + 'InstanceNumber); an element without value fits none. Linear-time syntax (RE2): no look-around, no '
    + 'back-references. Left out: all.', { Modality: '^(CT|MR)$', StudyDescription: '(?i)head' },
  )),
  exclude: v.optional(key(
    headerPatterns, 'The same for what is not wanted; it goes before `match`. One series that fits keeps the whole '
    + 'study away: single series are left out by the select statement.', [{ BodyPartExamined: '(?i)^phantom$' }],
  )),
});

const INSTANCES = '"header", a number of instances, or an object of numbers by the names of WHERE clauses';
const count = wholeNumber(1, 1_000_000);
const countOfStudy = v.pipe(v.number(INSTANCES), v.integer(INSTANCES), v.minValue(1, INSTANCES));
const countsByName = mapOf(nonEmptyText, count);
const fromHeader = v.literal('header', INSTANCES);

/** Told apart before any is checked, so that problems name the right place. */
const instances = v.pipe(
  v.lazy((input): typeof countOfStudy | typeof countsByName | typeof fromHeader => {
    if (typeof input === 'string') return fromHeader;
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? countsByName : countOfStudy;
  }),
  v.metadata({ expected: INSTANCES }),
);

export const expectation = strictObject({
  series: v.optional(key(
    listOf(nonEmptyText, 'names'),
    'Names of WHERE clauses of the stream\'s select statement; each must have a series.', ['T1', 'FLAIR'],
  ), []),
  instances: v.optional(key(
    instances,
    'How many instances there must be: a number for the whole study; numbers by the names of WHERE clauses, each of '
    + 'which one series of that name must have; or `"header"`, where the headers of the series that the stream selects '
    + 'say it (NumberOfStudyRelatedInstances; NumberOfSeriesRelatedInstances, else ImagesInAcquisition).', { T1: 176 },
  )),
  within: v.optional(key(
    seconds(0), 'What is missing is waited for until so many seconds after the last instance of the study; each '
    + 'further instance begins them anew. Then `onIncomplete` says what is done.', 900,
  ), 3600),
});
