// When a study is complete for a stream, and what becomes of one that is not, or that goes on after it was: the policies
// of streams, on marks and claims as they lie on disk.

import assert from 'node:assert/strict';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { changeJob } from '../../../src/flow/job/change-job.ts';
import { listWaits } from '../../../src/flow/arrival/list-waits.ts';
import { surveyArrivals } from '../../../src/flow/arrival/survey-arrivals.ts';
import type { Failure } from '../../../src/job/failure.ts';
import { JOB_STATES } from '../../../src/job/job-state.ts';
import type { Held } from '../../../src/job/job.ts';
import { formatStamp } from '../../../src/job/stamp.ts';
import { findJob, listJobIds, type StoredJob } from '../../../src/spool/job-store.ts';
import { withLease } from '../../../src/spool/lease.ts';
import { OpenStudies } from '../../../src/spool/open-studies.ts';
import { findJson } from '../../../src/spool/read.ts';
import { makeFlowStation, SERIES, STUDY, type FlowStation } from '../flow-station.ts';

const secondsAgo = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

const SELECT = `SELECT study WHERE series NAMED "T1" HAS SeriesDescription == T1
  ALSO WHERE series NAMED "FLAIR" HAS SeriesDescription == FLAIR`;

type Stream = Readonly<Record<string, unknown>>;

/** Streams that make jobs, each with a core that selects T1 and FLAIR unless it says otherwise; quiet time 10 s. */
function makePolicyStation(t: TestContext, streams: Readonly<Record<string, Stream>>): Promise<FlowStation> {
  const entries = Object.entries(streams);
  return makeFlowStation(t, {
    config: { timeout: 10, Streams: entries.map(([name, { select: _, ...stream }]) => {
      return { name, trigger: {}, 'trigger-study': [{ type: 'job' }], ...stream };
    }) },
    statements: Object.fromEntries(entries.map(([name, { select = '' }]) => {
      return [name, { executor: 'process', command: ['true'], select }];
    })),
  });
}

/** Archives instances of a series by its description, numbered from `from`. */
async function archiveSeries(
  station: FlowStation, SeriesDescription: string, count: number, { from = 1, ...elements }: Record<string, unknown> = {},
): Promise<void> {
  const SeriesInstanceUID = `${STUDY}.${SeriesDescription === 'T1' ? 1 : 2}`;
  for (let number = Number(from); number < Number(from) + count; number += 1) {
    await station.archive({
      SeriesDescription, SeriesInstanceUID, SOPInstanceUID: `${SeriesInstanceUID}.${number}`, InstanceNumber: number,
      ...elements,
    });
  }
}

/** Every job, wherever it is, oldest first. */
async function allJobs({ layout }: FlowStation): Promise<StoredJob[]> {
  const found: StoredJob[] = [];
  for (const state of JOB_STATES) {
    for (const JobId of await listJobIds(layout, state)) found.push((await findJob(layout, state, JobId))!);
  }
  return found.sort((a, b) => (a.job.JobId < b.job.JobId ? -1 : 1));
}

const jobsIn = async (station: FlowStation): Promise<string[]> =>
  (await allJobs(station)).map(({ state, job }) => `${job.stream} ${state}`);

/** Scans at so many seconds from now. @returns the jobs that there are then */
async function scanAt(station: FlowStation, seconds: number): Promise<string[]> {
  station.aheadSeconds = seconds;
  await station.scan();
  return jobsIn(station);
}

const waitsOf = async (station: FlowStation): Promise<string[]> =>
  listWaits((await surveyArrivals(station)).arrivals).map(({ stream, waitsFor }) => `${stream} ${waitsFor}`);

/** Nothing is left of any arrival, nor of what was noted of it. */
async function assertNothingLeft({ layout }: FlowStation): Promise<void> {
  assert.deepEqual(await readdir(layout.arrived), []);
  assert.deepEqual(await readdir(layout.claimed), []);
}

test('a stream with a short quiet time does not wait for one with a long one, and neither has two jobs', async (t) => {
  const station = await makePolicyStation(t, { Quick: {}, Slow: { timeout: 60 } });
  await station.archive();
  await station.mark();
  assert.deepEqual(await scanAt(station, 5), []);
  assert.deepEqual(await scanAt(station, 11), ['Quick pending']);
  assert.deepEqual(await scanAt(station, 30), ['Quick pending']);
  assert.deepEqual(await waitsOf(station), ['Slow too-early']);
  assert.deepEqual(await scanAt(station, 61), ['Quick pending', 'Slow pending']);
  await assertNothingLeft(station);
  assert.deepEqual(station.eventsOf('arrival-matched').map(({ streams }) => streams), [['Quick'], ['Slow']]);
});

test('what comes while a stream waits begins its wait anew, and is late for the one that did not', async (t) => {
  const station = await makePolicyStation(t, { Quick: {}, Slow: { timeout: 60 } });
  await station.archive();
  await station.mark();
  await scanAt(station, 11);
  await station.archive({ SOPInstanceUID: '1.2.3.1.2', InstanceNumber: 2 });
  station.aheadSeconds = 0;
  await station.mark({}, new Date(Date.now() + 40_000));
  assert.deepEqual(await scanAt(station, 45), ['Quick pending']);
  assert.deepEqual(await scanAt(station, 51), ['Quick pending', 'Quick pending']);
  assert.deepEqual(await scanAt(station, 99), ['Quick pending', 'Quick pending'], 'Slow counts from the last instance');
  assert.deepEqual((await scanAt(station, 101)).sort(), ['Quick pending', 'Quick pending', 'Slow pending']);
  await assertNothingLeft(station);
});

test('what comes after the time of a waiting stream was over, unseen, is one with it', async (t) => {
  const station = await makePolicyStation(t, { Quick: {}, Slow: { timeout: 60 } });
  await station.archive();
  await station.mark({}, secondsAgo(100));
  station.aheadSeconds = -80;
  await station.scan();
  station.aheadSeconds = 0;
  await station.mark({}, secondsAgo(70));
  assert.deepEqual((await scanAt(station, 0)).sort(), ['Quick pending', 'Quick pending', 'Slow pending']);
  await assertNothingLeft(station);
});

test('two senders of one study are one arrival for a stream that hears both, quiet when both are', async (t) => {
  const station = await makePolicyStation(t, { Both: {}, OnlyB: { trigger: { AETitleCaller: 'B' } } });
  await station.archive();
  await station.mark({ callingAETitle: 'A' }, secondsAgo(4));
  await station.mark({ callingAETitle: 'B' }, secondsAgo(9));
  assert.deepEqual(await scanAt(station, 2), ['OnlyB pending']);
  assert.deepEqual((await scanAt(station, 7)).sort(), ['Both pending', 'OnlyB pending']);
  await assertNothingLeft(station);
});

test('a clock that is set back while a stream waits makes nobody forget an instance', async (t) => {
  const station = await makePolicyStation(t, { Quick: {}, Slow: { timeout: 60 } });
  await station.archive();
  await station.mark({}, new Date(Date.now() + 3_600_000));
  await scanAt(station, 3_611);
  await station.mark();
  assert.deepEqual((await scanAt(station, 11)).sort(), ['Quick pending', 'Quick pending']);
  assert.deepEqual((await scanAt(station, 61)).sort(), ['Quick pending', 'Quick pending', 'Slow pending']);
  await assertNothingLeft(station);
});

test('a study that is complete and quiet goes at once; one that is not waits, with what is missing', async (t) => {
  const station = await makePolicyStation(t, {
    AI: { select: SELECT, expect: { series: ['T1', 'FLAIR'], instances: { T1: 3 }, within: 600 } },
  });
  await archiveSeries(station, 'T1', 2);
  await station.mark();
  assert.deepEqual(await scanAt(station, 11), []);
  assert.deepEqual(station.eventsOf('arrival-waits').map(({ stream, missing }) => [stream, missing]), [['AI', [
    { what: 'series', name: 'FLAIR' }, { what: 'instances-of-name', name: 'T1', found: 2, expected: 3 },
  ]]]);
  await archiveSeries(station, 'T1', 1, { from: 3 });
  await archiveSeries(station, 'FLAIR', 1);
  await station.mark({}, new Date(Date.now() + 100_000));
  assert.deepEqual(await scanAt(station, 105), []);
  assert.deepEqual(await scanAt(station, 111), ['AI pending']);
  const [stored] = await allJobs(station);
  assert.deepEqual(stored?.job.selected.map(({ NameFromSelect }) => NameFromSelect), ['T1', 'FLAIR']);
  assert.equal(station.eventsOf('arrival-incomplete').length, 0);
  await assertNothingLeft(station);
});

test('a study that waits is not described again until something changes, nor told of', async (t) => {
  const station = await makePolicyStation(t, { AI: { expect: { instances: 5, within: 600 } } });
  await station.archive();
  await station.mark();
  await scanAt(station, 11);
  const file = station.layout.studyDescription(STUDY);
  const [claim = ''] = (await surveyArrivals(station)).arrivals.map(({ found }) => found.name);
  const before = [await stat(file), await stat(station.layout.arrivalNote(claim))];
  const told = station.happened.length;
  for (const seconds of [15, 300, 599]) assert.deepEqual(await scanAt(station, seconds), []);
  const after = [await stat(file), await stat(station.layout.arrivalNote(claim))];
  assert.deepEqual(after.map(({ ino, mtimeMs }) => [ino, mtimeMs]), before.map(({ ino, mtimeMs }) => [ino, mtimeMs]));
  assert.equal(station.happened.length, told);
});

for (const [onIncomplete, state] of [['proceed', 'pending'], ['hold', 'held'], ['fail', 'failed']] as const) {
  test(`a study that is incomplete when its time is over is ${state} by ${onIncomplete}`, async (t) => {
    const station = await makePolicyStation(t, { AI: { onIncomplete, expect: { instances: 5, within: 600 } } });
    await station.archive();
    await station.mark();
    assert.deepEqual(await scanAt(station, 599), []);
    assert.deepEqual(await scanAt(station, 601), [`AI ${state}`]);
    await assertNothingLeft(station);
    const [event] = station.eventsOf('arrival-incomplete');
    const missing = [{ what: 'instances-of-study', found: 1, expected: 5 }];
    assert.deepEqual([event?.then, event?.missing], [onIncomplete, missing]);
    const [stored] = await allJobs(station);
    const { failures, heldFrom } = stored!.folder;
    assert.deepEqual(await findJson<Failure[]>(failures), onIncomplete !== 'fail' ? undefined
      : [{ reason: 'study-incomplete', missing }]);
    const held = await findJson<Held>(heldFrom);
    assert.deepEqual([held?.from, held?.reason], onIncomplete !== 'hold' ? [undefined, undefined]
      : ['pending', 'the study is incomplete: 1 of 5 instances']);
    if (onIncomplete === 'proceed') return;
    const change = onIncomplete === 'hold' ? 'release' : 'retry';
    assert.deepEqual(await changeJob(station, stored!.job.JobId, change), { moved: 'pending' });
    await station.advance(stored!.job.JobId, ['pending']);
    assert.equal((await allJobs(station))[0]?.state, 'staged', 'a person may have it run as it is');
  });
}

test('a job whose select statement lacks what is missing is there for a person to see, and cannot run', async (t) => {
  const expect = { series: ['T1', 'FLAIR'], within: 600 };
  const station = await makePolicyStation(t, {
    Held: { select: SELECT, expect, onIncomplete: 'hold' }, Going: { select: SELECT, expect },
  });
  await archiveSeries(station, 'T1', 1);
  await station.mark();
  assert.deepEqual(await scanAt(station, 601), ['Held held']);
  assert.deepEqual(station.eventsOf('nothing-selected').map(({ stream }) => stream), ['Going']);
  const [stored] = await allJobs(station);
  assert.deepEqual(stored?.job.selected.map(({ NameFromSelect }) => NameFromSelect), ['T1']);
  await changeJob(station, stored!.job.JobId, 'release');
  const advance = await station.advance(stored!.job.JobId, ['pending']);
  assert.deepEqual(advance.advance === 'failed' && advance.failures,
    [{ reason: 'study-incomplete', missing: [{ what: 'series', name: 'FLAIR' }] }]);
});

test('actions that cannot be held are done for an incomplete study only where the stream goes on', async (t) => {
  const exec = { 'trigger-study': [{ type: 'exec', cmd: ['true'] }], expect: { instances: 5, within: 20 } };
  const station = await makePolicyStation(t, { Going: exec, Held: { ...exec, onIncomplete: 'hold' } });
  await station.archive();
  await station.mark();
  await scanAt(station, 21);
  assert.deepEqual(station.eventsOf('action-done').map(({ stream }) => stream), ['Going']);
  assert.equal(station.eventsOf('arrival-incomplete').length, 2);
  await assertNothingLeft(station);
});

test('the headers say how many instances there should be, where the stream asks them', async (t) => {
  const station = await makePolicyStation(t, {
    AI: { select: SELECT, expect: { instances: 'header', within: 600 } },
    All: { expect: { instances: 'header', within: 600 } },
  });
  await archiveSeries(station, 'T1', 2, { NumberOfSeriesRelatedInstances: 2, ImagesInAcquisition: 99 });
  await archiveSeries(station, 'FLAIR', 1, { ImagesInAcquisition: 2 });
  await archiveSeries(station, 'Scout', 1, { SeriesInstanceUID: `${SERIES}9`, SOPInstanceUID: `${SERIES}9.1`,
    NumberOfStudyRelatedInstances: 5 });
  await station.mark();
  assert.deepEqual(await scanAt(station, 11), []);
  const few = { what: 'instances-of-series', SeriesInstanceUID: `${STUDY}.2`, found: 1, expected: 2 };
  assert.deepEqual(station.eventsOf('arrival-waits').map(({ stream, missing }) => [stream, missing]), [
    ['AI', [few]], ['All', [{ what: 'instances-of-study', found: 4, expected: 5 }, few]],
  ]);
  await archiveSeries(station, 'FLAIR', 1, { from: 2 });
  await station.mark({}, new Date(Date.now() + 20_000));
  assert.deepEqual((await scanAt(station, 31)).sort(), ['AI pending', 'All pending']);
});

test('what is expected anew is tried at once; a shorter time holds for what waits already', async (t) => {
  const station = await makePolicyStation(t, { AI: { expect: { instances: 5, within: 600 } } });
  await station.archive();
  await station.mark();
  await scanAt(station, 11);
  const { configuration } = station;
  const [stream] = configuration.streams;
  const configure = (expect: object): void => {
    Object.assign(station, { configuration: { ...configuration, streams: [{ ...stream, expect }] } });
  };
  configure({ series: [], instances: 4, withinSeconds: 600 });
  assert.deepEqual(await scanAt(station, 20), []);
  assert.equal(station.eventsOf('arrival-waits').length, 2);
  configure({ series: [], instances: 4, withinSeconds: 30 });
  assert.deepEqual(await scanAt(station, 31), ['AI pending']);
});

test('a damaged note costs a second look and makes no second job', async (t) => {
  const station = await makePolicyStation(t, { Quick: {}, AI: { expect: { instances: 5, within: 600 } } });
  await station.archive();
  await station.mark();
  await scanAt(station, 11);
  const [claim = ''] = (await surveyArrivals(station)).arrivals.map(({ found }) => found.name);
  for (const damage of ['{"decided"', '{}', 'null', '7']) {
    await writeFile(station.layout.arrivalNote(claim), damage);
    assert.deepEqual(await scanAt(station, 12), ['Quick pending'], damage);
    assert.deepEqual(await waitsOf(station), ['AI waiting'], damage);
  }
  await station.scan();
});

test('a study is held back while an association that stores into it is open, no longer than one may be idle', async (t) => {
  const station = await makePolicyStation(t, { AI: {}, Each: { 'trigger-study': [], 'trigger-series': [{ type: 'job' }] } });
  const { idleSeconds } = station.configuration.receiver.limits;
  const notes = new OpenStudies(station.layout);
  const association = {};
  await station.archive();
  await station.mark();
  await station.mark({ SeriesInstanceUID: SERIES });
  notes.note(association, STUDY);
  t.after(() => notes.end(association));
  assert.deepEqual(await scanAt(station, 11), ['Each pending'], 'a series is complete when the next one comes');
  assert.deepEqual(await waitsOf(station), ['AI held-back']);
  assert.deepEqual(await scanAt(station, idleSeconds - 1), ['Each pending']);
  assert.deepEqual((await scanAt(station, idleSeconds + 1)).sort(), ['AI pending', 'Each pending']);
});

test('a study goes when its last association has ended, or went on to another study', async (t) => {
  for (const end of ['ends', 'goes on'] as const) {
    const station = await makePolicyStation(t, { AI: {} });
    const notes = new OpenStudies(station.layout);
    const associations = [{}, {}];
    await station.archive();
    await station.mark();
    associations.forEach((association) => notes.note(association, STUDY));
    t.after(() => associations.forEach((association) => notes.end(association)));
    assert.deepEqual(await scanAt(station, 11), []);
    notes.end(associations[0]!);
    assert.deepEqual(await scanAt(station, 12), []);
    if (end === 'ends') notes.end(associations[1]!);
    else notes.note(associations[1]!, '1.2.4');
    assert.deepEqual(await scanAt(station, 13), ['AI pending'], end);
  }
});

/** A study that made a job 100 seconds ago, and one more instance of it that is quiet by now. */
async function makeLate(t: TestContext, stream: Stream, between?: (station: FlowStation, JobId: string) => Promise<unknown>) {
  const station = await makePolicyStation(t, { AI: stream, Other: {} });
  await station.archive();
  await station.mark({}, secondsAgo(100));
  assert.deepEqual(await scanAt(station, 0), ['AI pending', 'Other pending']);
  const early = (await allJobs(station)).find(({ job }) => job.stream === 'AI')!.job.JobId;
  await between?.(station, early);
  await station.archive({ SOPInstanceUID: '1.2.3.1.2', InstanceNumber: 2 });
  await station.mark({}, secondsAgo(50));
  return { station, early };
}

const statesOf = async (station: FlowStation): Promise<string[]> =>
  (await allJobs(station)).filter(({ job }) => job.stream === 'AI').map(({ state }) => state);

test('a late arrival makes a further job where nothing else is configured', async (t) => {
  const { station } = await makeLate(t, {});
  await station.scan();
  assert.deepEqual(await statesOf(station), ['pending', 'pending']);
});

test('a late arrival is held for a person where that is configured, with the job that it is too late for', async (t) => {
  const { station, early } = await makeLate(t, { lateArrivals: 'hold' });
  await station.scan();
  assert.deepEqual(await statesOf(station), ['pending', 'held']);
  const [event, ...more] = station.eventsOf('job-held');
  assert.deepEqual([event?.reason, more], [`it came after job ${early} had been made of the same study`, []]);
});

test('an earlier job whose files are damaged is earlier still, and keeps no late arrival from its job', async (t) => {
  for (const [lateArrivals, states] of [['hold', ['held']], ['supersede', ['pending']]] as const) {
    const { station, early } = await makeLate(t, { lateArrivals });
    await writeFile(station.layout.jobFolder('pending', early).job, '');
    assert.equal((await station.scan()).setAside, 0);
    const others: string[] = [];
    for (const state of ['pending', 'held'] as const) {
      const JobIds = await listJobIds(station.layout, state);
      for (const JobId of JobIds) if (JobId !== early && JobId.includes('-AI-')) others.push(state);
    }
    assert.deepEqual(others, states);
  }
});

test('a late arrival supersedes jobs of its stream that have not begun to deliver, and says so', async (t) => {
  const { station, early } = await makeLate(t, { lateArrivals: 'supersede' }, async (inner, JobId) => {
    await inner.advance(JobId, ['pending']);
  });
  await station.scan();
  assert.deepEqual(await statesOf(station), ['cancelled', 'pending']);
  const [, late] = (await allJobs(station)).filter(({ job }) => job.stream === 'AI');
  const moves = station.eventsOf('job-moved').filter(({ JobId, to }) => JobId === early && to === 'cancelled');
  assert.deepEqual(moves.map(({ reason }) => reason), [`superseded by ${late?.job.JobId}`]);
  assert.deepEqual(station.happened.map(({ event }) => event).slice(-3), ['job-moved', 'job-made', 'job-made']);
});

test('a running core is ended by the job that supersedes it', async (t) => {
  const station = await makeFlowStation(t, {
    config: { timeout: 10, Streams: [{ name: 'AI', trigger: {}, lateArrivals: 'supersede', 'trigger-study': [{ type: 'job' }] }] },
    statements: { AI: { executor: 'process', command: ['sleep', '600'] } },
  });
  await station.archive();
  await station.mark({}, secondsAgo(100));
  await station.scan();
  const [early] = await allJobs(station);
  for (const state of ['pending', 'staged']) await station.advance(early!.job.JobId, [state]);
  assert.deepEqual(await statesOf(station), ['running']);
  await station.archive({ SOPInstanceUID: '1.2.3.1.2', InstanceNumber: 2 });
  await station.mark({}, secondsAgo(50));
  await station.scan();
  assert.deepEqual(await statesOf(station), ['cancelled', 'pending']);
});

test('a job that is done stays when it is superseded, and so does one that somebody works on, until he has done', async (t) => {
  const { station, early } = await makeLate(t, { lateArrivals: 'supersede' });
  await withLease(station.layout, `job-${early}`, async () => {
    const before = station.eventsOf('arrival-matched').length;
    assert.equal((await station.scan()).postponed, 0);
    await station.scan();
    assert.deepEqual(await statesOf(station), ['pending'], 'no new job before the old one is cancelled');
    assert.equal(station.eventsOf('arrival-matched').length, before + 1, 'told once, however often it is tried');
  });
  const { layout } = station;
  await changeJob(station, early, 'cancel');
  await station.scan();
  assert.deepEqual(await statesOf(station), ['cancelled', 'pending']);
  assert.deepEqual(await readdir(layout.claimed), []);
});

test('jobs that an interrupted run made and did not note make what came since late', async (t) => {
  const station = await makePolicyStation(t, { AI: { lateArrivals: 'hold' } });
  const { layout } = station;
  const arrivedAt = new Date(Math.floor(Date.now() / 1000) * 1000 - 100_000);
  await station.archive();
  const mark = await station.mark({}, arrivedAt);
  assert.deepEqual(await scanAt(station, 0), ['AI pending']);
  await rm(layout.arrivalsOfStudy(STUDY)); // as though it had been killed right after the job was made
  const claim = layout.claim(`${formatStamp(arrivedAt)} ${mark}`);
  await writeFile(claim, '');
  await utimes(claim, arrivedAt, arrivedAt);
  await station.archive({ SOPInstanceUID: '1.2.3.1.2', InstanceNumber: 2 });
  await station.mark({}, secondsAgo(50));
  assert.deepEqual(await scanAt(station, 0), ['AI pending', 'AI held']);
  await assertNothingLeft(station);
});

test('an arrival that made no job is not followed by a late one', async (t) => {
  const station = await makePolicyStation(t, { AI: { lateArrivals: 'hold', select: SELECT } });
  await archiveSeries(station, 'T1', 1);
  await station.mark({}, secondsAgo(100));
  assert.deepEqual(await scanAt(station, 0), []);
  await archiveSeries(station, 'FLAIR', 1);
  await station.mark({}, secondsAgo(50));
  assert.deepEqual(await scanAt(station, 0), ['AI pending']);
});
