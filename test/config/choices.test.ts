import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const node = { IP: '10.0.0.1', PORT: 104 };
const day = { AETitle: 'DAY', ...node };
const night = { AETitle: 'NIGHT', ...node };

test('a choice is made among destinations that are shared and such that stand within it', async (t) => {
  const { configuration } = await load(t, { 'config.json': {
    destinations: {
      day, provider: { oneOf: ['day', { ...night, when: ['16:00-08:00'], cost: 2 }], failoverAfterSeconds: 60 },
    },
    Streams: [streamWith({ destination: ['provider', { name: 'other', oneOf: ['day', { ...night, PORT: 105 }] }] })],
  } });
  const [provider, other] = configuration.streams[0]?.destinations ?? [];
  assert.ok(provider?.type === 'choice' && other?.type === 'choice');
  assert.deepEqual(provider.oneOf.map(({ name, cost, when }) => [name, cost, when]), [
    ['day', 0, undefined], ['NIGHT_10.0.0.1_104', 2, ['16:00-08:00']],
  ]);
  assert.equal(provider.failoverAfterSeconds, 60);
  assert.deepEqual(configuration.choices.map(({ name }) => name), ['provider', 'other']);
  assert.deepEqual(
    configuration.destinations.map(({ name }) => name), ['day', 'NIGHT_10.0.0.1_104', 'NIGHT_10.0.0.1_105'],
  );
});

test('what may go wrong with a choice is told with its place', async (t) => {
  const told = async (destinations: object, ...destination: unknown[]): Promise<string[]> => {
    return problemsOf(t, { 'config.json': { destinations, Streams: [streamWith({ destination })] } });
  };
  const withFilter = { ...day, filter: [{ Modality: 'CT' }] };
  const among = { day, c: { oneOf: ['day', night] }, d: { oneOf: ['c', 'day'] } };
  const cases: [string[], RegExp][] = [
    [await told({}, { name: 'one', oneOf: [day] }), /oneOf: wrong value .*at least two destinations/],
    [await told({}, { oneOf: [day, night] }), /destination\[0\]: a choice in a stream needs a name/],
    [await told({ day, night }, { name: 'c', oneOf: ['day', 'nigth'] }), /oneOf\[1\]: there is no .*did you mean night/],
    [await told({ day }, { name: 'c', oneOf: ['day', 'day'] }), /oneOf\[1\]: this choice has the same .* already/],
    [await told(among, 'd'), /d\.oneOf\[0\]: that is a choice itself/],
    [await told({}, { name: 'c', oneOf: [withFilter, night] }), /oneOf\[0\]\.filter: this is said of the choice/],
    [
      await told({ day: { ...day, optional: true } }, { name: 'c', oneOf: ['day', night] }),
      /oneOf\[0\]: that destination has `optional`/,
    ],
    [await told({}, { name: 'c', oneOf: [{ ...day, name: 'c' }, night] }), /oneOf\[0\]\.name: another destination has/],
    [await told({}, { name: 'c', oneOf: [day, night], when: ['08:00-16:00'] }), /when: unknown key/],
    [
      await told({}, { name: 'c', oneOf: [{ ...day, when: ['Mon-Fry 08:00-16:00'] }, night] }),
      /when\[0\].*at character 5, a day/,
    ],
  ];
  for (const [problems, expected] of cases) {
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', expected);
  }
});
