// A stream: which studies it wants, what is done with them, where the results go.

import * as v from 'valibot';
import { LATE_ARRIVALS, ON_INCOMPLETE, RELAYS } from '../arrival-policy.ts';
import { expectation, trigger } from './arrival-policy.ts';
import { STEERING_WORDS } from '../steering-words.ts';
import { strictObject } from './strict-object.ts';
import { recipient } from './destination/recipient.ts';
import { httpAddress, key, listOf, name, seconds, text, textOr, timeWindow, yesOrNo } from './values.ts';

const execAction = strictObject({
  type: key(v.literal('exec', '"exec"'), 'Runs a program. Never through a shell.'),
  cmd: key(
    v.pipe(v.array(text, 'a list of program and arguments'), v.minLength(1, 'a list of program and arguments')),
    'The program and its arguments, with `@StudyInstanceUID@`, `@SeriesInstanceUID@`, `@PATH@`, `@DESCRIPTION@`, '
    + '`@StreamName@` and `@destination@` replaced.',
    ['logger', 'arrived', '@StudyInstanceUID@'],
  ),
});

const sendAction = strictObject({
  type: key(v.literal('send', '"send"'), 'Sends the description as JSON to a web address.'),
  send: v.optional(key(v.literal('http', '"http"'), 'How: by POST.'), 'http'),
  destination: key(httpAddress, 'The address.', 'http://localhost:11120/'),
});

const jobAction = strictObject({
  type: key(v.literal('job', '"job"'), 'Makes a job for the core that the stream has in select_statements.json.'),
});

const action = v.variant('type', [execAction, sendAction, jobAction], '"exec", "send" or "job"');

const STEERING = `a list of ${STEERING_WORDS.map((word) => `"${word}"`).join(', ')}`;

/** One entry of `Streams`. */
export const stream = strictObject({
  name: key(name, 'Names the stream in job names, lists and select_statements.json.', 'AICore'),
  description: v.optional(key(text, 'For people.', 'Lesion segmentation, production'), ''),
  enabled: v.optional(key(yesOrNo, 'Whether new arrivals may trigger the stream.'), true),
  log: v.optional(key(text, 'Read by the original only: `dts log --stream NAME` shows what concerns one stream.')),
  trigger: key(trigger, 'Which arrivals the stream wants.', { AETitleCalled: '^AICORE1$', AETitleCaller: '.*' }),
  priority: v.optional(key(
    v.picklist(['urgent', 'normal', 'offpeak'], '"urgent", "normal" or "offpeak"'),
    'Whose jobs come first when several wait. A core that runs is never interrupted for another.', 'urgent',
  ), 'normal'),
  when: v.optional(key(
    v.pipe(listOf(timeWindow, 'times of the week'), v.minLength(1, 'at least one time of the week')),
    'When cores of this stream may start, in LOCALTIMEZONE; what runs then may end. A time that crosses midnight '
    + 'belongs to the day on which it begins. Left out: always.', ['Mon-Fri 20:00-07:00', 'Sat-Sun 00:00-24:00'],
  )),
  timeout: v.optional(key(
    seconds(0), 'The quiet time of this stream, in seconds; that of config.json when left out. Other streams do not '
    + 'wait for it.', 60,
  )),
  expect: v.optional(key(
    expectation, 'What must have come before a study is complete for this stream. When it has, and the quiet time is '
    + 'over, the stream goes on at once. Nothing given: the quiet time alone decides.', { series: ['T1', 'FLAIR'] },
  )),
  onIncomplete: v.optional(key(
    v.picklist(ON_INCOMPLETE, '"proceed", "hold" or "fail"'),
    'What is done when something expected is missing after `within`: `proceed` goes on as though it had come, `hold` '
    + 'makes the job for a person to release, `fail` makes it as a failed one; `exec` and `send` are then not done. A '
    + 'job whose select statement needs what is missing cannot run.', 'hold',
  ), 'proceed'),
  lateArrivals: v.optional(key(
    v.picklist(LATE_ARRIVALS, '"new-job", "supersede" or "hold"'),
    'What instances mean that come when the stream has had jobs of their study: `new-job` makes a further one of all '
    + 'that there is, `supersede` cancels those that have not begun to deliver and then does so, `hold` makes it for a '
    + 'person to release.', 'supersede',
  ), 'new-job'),
  relay: v.optional(key(
    v.picklist(RELAYS, '"when-complete" or "as-they-arrive"'),
    'Of a stream with destinations and no core: when what came in goes on. `when-complete`: study by study, or, where '
    + '`trigger-series` holds a job, series by series, each as one delivery to each destination. `as-they-arrive`: in '
    + 'batches while the study still comes, each of what has come since the one before; the last goes when the quiet '
    + 'time is over. What comes late, and is new, goes on as further batches.', 'as-they-arrive',
  ), 'when-complete'),
  destination: v.optional(key(
    listOf(textOr(name, recipient, 'a destination, or the name of one'), 'destinations, or of names of such'),
    'Where results go: destinations, or names of entries of `destinations`.', ['pacs'],
  ), []),
  reidentify: v.optional(key(
    name, 'The profile of `deidentification` under which the study left that this stream gets results of: its patient, '
    + 'study and UIDs are put back before anything is delivered. The profile needs `wayBack`. Left out: nothing is put '
    + 'back.', 'research',
  )),
  steering: v.optional(key(
    v.array(v.picklist(STEERING_WORDS, STEERING), STEERING),
    'What a result may ask for by "dts" in output.json: to go to some of the destinations only, to be discarded, to '
    + 'have somebody notified. What is asked for and not allowed fails the job.', ['notify'],
  ), []),
  'trigger-study': v.optional(key(
    listOf(action, 'actions'),
    'What is done when a study is complete. A stream with a core and no actions makes a job; without a core, what came '
    + 'in is relayed to the destinations, which is what a job means where `relay` is given.', [{ type: 'job' }],
  ), []),
  'trigger-series': v.optional(key(listOf(action, 'actions'), 'What is done when a series is complete.'), []),
});

export type StreamEntry = v.InferOutput<typeof stream>;
export type ActionEntry = v.InferOutput<typeof action>;
