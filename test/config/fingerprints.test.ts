import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Stream } from '../../src/config/configuration.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { isFoundIn } from '../../src/config/search-pattern.ts';
import { load, makeDirectory, problemsOf, streamWith } from './configuration-directory.ts';

const SERVER = { inference_server_url: 'https://ai.example/', model_human_readable_id: 'liver' };
const SCU = { scu_ip: '10.0.0.7', scu_port: 104, scu_ae_title: 'PACS' };

const WHOLE = `# which series of a thorax are segmented
{
  "modality_regex": "^CT$",  # not "PT"
  "series_description_regex": "thorax # \\\\d+ mm",
  "study_description_regex": "",
  "sop_class_uid_regex": ".*",
  "exclude_regex": "topogram|scout",
  "inference_server_url": "https://ai.example/",
  "model_human_readable_id": "liver",
  "scus": [{ "scu_ip": "10.0.0.7", "scu_port": 104, "scu_ae_title": "PACS" }]
}
`;

async function streamOf(t: Parameters<typeof load>[0], content: unknown): Promise<Stream> {
  const { configuration } = await load(t, { 'fingerprints/Liver CT.json': content });
  const [stream, ...others] = configuration.streams;
  assert.ok(stream !== undefined && others.length === 0);
  return stream;
}

/** As a trigger judges one series. */
function wants({ trigger }: Stream, headers: Readonly<Record<string, string>>): boolean {
  const fits = (entry: Readonly<Record<string, string>>) => Object.entries(entry).every(([keyword, pattern]) => {
    const value = headers[keyword];
    return value !== undefined && isFoundIn(pattern, value);
  });
  return !trigger.exclude.some(fits) && (trigger.match.length === 0 || trigger.match.some(fits));
}

test('a fingerprint is a stream of its file\'s name: triggered by series, a server as its core, results by C-STORE', async (t) => {
  const stream = await streamOf(t, WHOLE);
  assert.equal(stream.name, 'Liver CT');
  assert.deepEqual([stream.studyActions, stream.seriesActions], [[], [{ type: 'job' }]]);
  assert.deepEqual([stream.trigger.AETitleCalled, stream.trigger.AETitleCaller, stream.trigger.CallerIP], ['.*', '.*', []]);
  const nodes = stream.destinations.filter((destination) => destination.type === 'dicom');
  assert.deepEqual(nodes.map(({ name, AETitle, IP, PORT }) => ({ name, AETitle, IP, PORT })),
    [{ name: 'PACS', AETitle: 'PACS', IP: '10.0.0.7', PORT: 104 }]);
  const [core] = stream.cores;
  assert.equal(core?.executor, 'inference-server');
  assert.deepEqual(core?.inferenceServer, {
    url: 'https://ai.example/', version: 1, model: 'liver', pollSeconds: 15, deleteRemote: true, resubmit: false });
  assert.equal(core?.timeoutSeconds, 86_400);
});

test('patterns are searched anywhere and whatever the case; all must be found, and the one to exclude nowhere', async (t) => {
  const stream = await streamOf(t, WHOLE);
  const series = { Modality: 'CT', SeriesDescription: 'Thorax # 3 mm', SOPClassUID: '1.2.3' };
  assert.equal(wants(stream, series), true);
  assert.equal(wants(stream, { ...series, StudyDescription: 'anything' }), true);
  assert.equal(wants(stream, { ...series, Modality: 'PT' }), false);
  assert.equal(wants(stream, { ...series, SeriesDescription: 'Abdomen # 3 mm' }), false);
  assert.equal(wants(stream, { ...series, StudyDescription: 'TOPOGRAM' }), false);
  assert.equal(wants(stream, { ...series, Modality: '' }), false);
});

test('"a^" excludes nothing, and a fingerprint without patterns wants everything', async (t) => {
  const stream = await streamOf(t, { ...SERVER, exclude_regex: 'a^' });
  assert.deepEqual([stream.trigger.match, stream.trigger.exclude], [[], []]);
  assert.deepEqual(stream.destinations, []);
});

test('Python\'s notation means what it means there', async (t) => {
  const stream = await streamOf(t, { ...SERVER, series_description_regex: '(?P<part>lung|liver)\\s*\\d{,2}\\Z' });
  assert.equal(wants(stream, { SeriesDescription: 'the LIVER 12' }), true);
  assert.equal(wants(stream, { SeriesDescription: 'liver 123' }), false);
});

test('the oldest format: a modality or any, and words of the description in their case', async (t) => {
  const one = await streamOf(t, { modality: 'CT', study_description_keywords: ['Thorax (low)', 'Lung'], ...SERVER, ...SCU });
  assert.equal(wants(one, { Modality: 'CT', StudyDescription: 'a Thorax (low) dose' }), true);
  assert.equal(wants(one, { Modality: 'CT', StudyDescription: 'Lungs' }), true);
  assert.equal(wants(one, { Modality: 'CT', StudyDescription: 'thorax (low)' }), false);
  assert.equal(wants(one, { Modality: 'CTX', StudyDescription: 'Lung' }), false);
  assert.equal(one.destinations.length, 1);
  const any = await streamOf(t, { modality: '*', study_description_keywords: ['*'], ...SERVER, scus: [SCU] });
  assert.deepEqual([any.trigger.match, any.destinations.length], [[], 1]);
});

test('the site\'s CERTS/cert.crt is trusted where a fingerprint says nothing else, and only over TLS', async (t) => {
  const directory = await makeDirectory(t, {
    'fingerprints/a.json': SERVER,
    'fingerprints/b.json': { ...SERVER, inferenceServer: { ca: '/other.pem', version: 2 } },
    'fingerprints/c.json': { ...SERVER, inference_server_url: 'http://ai.example/' },
  });
  await mkdir(join(directory, 'CERTS'));
  await writeFile(join(directory, 'CERTS', 'cert.crt'), '');
  const loaded = await loadConfiguration(directory);
  assert.ok(!('problems' in loaded), JSON.stringify(loaded));
  const cas = loaded.configuration.streams.map(({ cores: [core] }) => core?.inferenceServer?.ca);
  assert.deepEqual(cas, [join(directory, 'CERTS', 'cert.crt'), '/other.pem', undefined]);
});

test('every mistake is told with its place, all of them at once', async (t) => {
  const problems = await problemsOf(t, {
    'config.json': { Streams: [streamWith({ name: 'taken' })] },
    'fingerprints/taken.json': SERVER,
    'fingerprints/comma.json': '{\n# no comma\n"a": 1 "b": 2 }',
    'fingerprints/look.json': `{
  "modality_regex": "(?=CT)",
  "series_description_regex": "(?P<a>x)(?P=a)",
  "study_description_regex": "(a)\\\\1",
  "exclude_regex": "|scout",
  "model_human_readable_id": "liver",
  "inference_server_url": "https://ai.example/?x=1",
  "scus": [{ "scu_ip": "10.0.0.7", "scu_port": 0, "scu_ae_title": "SEVENTEEN_LETTERS" }],
  "modality_rgex": "CT",
  "inferenceServer": { "token": "plain", "version": "2" }
}`,
  });
  const expected = [
    /^fingerprints\/comma\.json:3:8: .*comma/,
    /^fingerprints\/look\.json:2:21: modality_regex: .*expected a regular expression: .*\(\?=/,
    /^fingerprints\/look\.json:3:31: series_description_regex: .*expected a regular expression/,
    /^fingerprints\/look\.json:4:30: study_description_regex: .*expected a regular expression: .*\\1/,
    /^fingerprints\/look\.json:5:20: exclude_regex: .*"a\^" excludes nothing/,
    /^fingerprints\/look\.json:7:27: inference_server_url: .*an address without \?/,
    /^fingerprints\/look\.json:8:48: scus\[0\]\.scu_port/,
    /^fingerprints\/look\.json:8:\d+: scus\[0\]\.scu_ae_title/,
    /^fingerprints\/look\.json:9:3: modality_rgex: unknown key \(did you mean modality_regex\?/,
    /^fingerprints\/look\.json:10:\d+: inferenceServer\.token: .*"\*+", expected the name of a file or variable/,
    /^fingerprints\/look\.json:10:\d+: inferenceServer\.version: .*expected the number 1 or 2/,
    /^fingerprints\/taken\.json:1:1: .*Streams\[0\] of config\.json has it/,
  ];
  assert.equal(problems.length, expected.length, problems.join('\n'));
  expected.forEach((pattern, index) => assert.match(problems[index] ?? '', pattern));
});

test('what is no fingerprint is passed over; a file in the place of the folder is not', async (t) => {
  const { configuration } = await load(t, { 'fingerprints/README': 'notes', 'fingerprints/a.json.bak': '{' });
  assert.deepEqual(configuration.streams, []);
  const directory = await makeDirectory(t, {});
  await writeFile(join(directory, 'fingerprints'), '');
  const loaded = await loadConfiguration(directory);
  assert.ok('problems' in loaded && /cannot be read/.test(loaded.problems[0]?.message ?? ''));
});
