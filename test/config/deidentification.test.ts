// What config.json says of de-identification: what is wrong with it, what is warned of, and what it becomes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const key = { file: '/etc/dts/deidentification.key' };
const pacs = { AETitle: 'PACS', IP: '10.0.0.1', PORT: 104 };

const withProfile = (profile: object, others: object = {}) => {
  return { 'config.json': { deidentification: { key, profiles: { research: profile } }, ...others } };
};

const CASES: readonly (readonly [what: string, config: object, problem: RegExp])[] = [
  ['a key that is written out', { deidentification: { key: 'sixteen letters or more' } }, /deidentification\.key.*\{"file": "\/path"\}/],
  ['no key at all', { deidentification: { profiles: {} } }, /deidentification\.key/],
  ['a profile that does not exist', { deidentification: { key }, destinations: { x: { ...pacs, deidentify: 'basik' } } },
    /destinations\.x\.deidentify: there is no such profile \(found "basik", expected basic; did you mean basic\?\)/],
  ['a profile without any section', { destinations: { x: { ...pacs, deidentify: 'basic' } } },
    /destinations\.x\.deidentify: there is no such profile .*expected a section `deidentification` with its key/],
  ['an option that does not exist', withProfile({ options: ['retain-everything'] })['config.json'], /options\[0\].*"retain-safe-private"/],
  ['dates that stay and move', withProfile({ options: ['retain-full-dates', 'retain-modified-dates'] })['config.json'],
    /research\.options: dates cannot both stay and move/],
  ['fewer days at most than at least', withProfile({ daysBack: { minimum: 10, maximum: 5 } })['config.json'], /daysBack: at least 10 days/],
  ['an element that does not exist', withProfile({ remove: ['PatientSexx'] })['config.json'],
    /remove\[0\]: there is no such element .*did you mean PatientSex\?/],
  ['an element in two lists', withProfile({ keep: ['StudyDescription'], remove: ['00081030'] })['config.json'], /remove\[0\]: 00081030 is in `keep` already/],
  ['a pattern that is none', withProfile({ patterns: ['('] })['config.json'], /patterns\[0\]/],
  ['a kind of pixels that does not exist', withProfile({ burntIn: { ultrasounds: 'pass' } })['config.json'], /burntIn/],
  ['another profile called basic', { deidentification: { key, profiles: { basic: {} } } }, /profiles\.basic: this profile is always there/],
  ['a way back of which nothing is kept', withProfile({}, { Streams: [streamWith({ reidentify: 'research', destination: [pacs] })] })['config.json'],
    /Streams\[0\]\.reidentify: nothing is kept by which results could be brought back/],
];

for (const [what, config, problem] of CASES) {
  test(`refuses ${what}`, async (t) => {
    const lines = await problemsOf(t, { 'config.json': config });
    assert.match(lines.join('\n'), problem);
    assert.doesNotMatch(lines.join('\n'), /sixteen letters/);
  });
}

test('warns of a profile that keeps what names the patient', async (t) => {
  const { notes } = await load(t, withProfile({ keep: ['PatientName', 'StudyDescription', 'Rows'], safePrivate: [{ creator: 'ACME' }] }));
  const told = notes.map(({ path, level, message }) => `${level} ${path} ${message}`).join('\n');
  assert.match(told, /warning .*keep\[0\] PatientName names the patient or the examination/);
  assert.match(told, /warning .*keep\[1\] StudyDescription is kept against PS3\.15 table E\.1-1/);
  assert.doesNotMatch(told, /Rows/);
  assert.match(told, /warning .*safePrivate not used/);
});

test('warns of a choice that may send to one destination what another must not know', async (t) => {
  const destinations = {
    lab: { ...pacs, deidentify: 'research' }, cloud: { ...pacs, PORT: 105 },
    both: { oneOf: ['lab', 'cloud', { ...pacs, name: 'third', PORT: 106, deidentify: 'basic' }] },
    alike: { oneOf: ['lab', { ...pacs, name: 'fourth', PORT: 107, deidentify: 'basic' }] },
    plain: { oneOf: ['cloud', { ...pacs, name: 'fifth', PORT: 108 }] },
  };
  const { notes } = await load(t, withProfile({}, { destinations }));
  const told = notes.filter(({ message }) => message.includes('not de-identified')).map(({ path, level, value }) => `${level} ${path} ${String(value)}`);
  assert.deepEqual(told, ['warning destinations.both.oneOf[1] "cloud"']);
});

test('has a basic profile that holds what may show its patient, and fills in what profiles leave out', async (t) => {
  const { configuration } = await load(t, withProfile({ burntIn: { ultrasound: 'pass' } }));
  const { basic, research } = configuration.deidentification?.profiles ?? {};
  assert.deepEqual([basic?.options, basic?.burntIn.document, basic?.wayBack], [[], 'hold', false]);
  assert.deepEqual([research?.burntIn.ultrasound, research?.burntIn.video], ['pass', 'hold']);
  assert.deepEqual(research?.patientID, { prefix: 'P', characters: 12, unknown: 'hold' });
});
