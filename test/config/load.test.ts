import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatProblem } from '../../src/config/format-problems.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { load, makeDirectory, problemsOf, streamWith } from './configuration-directory.ts';
import { chain, receiver, statements, station } from './specification.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

test('reads TLS of the receiver and of its sites, each its own', async (t) => {
  const { configuration: { receiver } } = await load(t, {
    'receiver.json': {
      tls: { key: '/t/key.pem', passphrase: { file: '/t/passphrase' }, cert: '/t/cert.pem', ca: '/t/ca.pem' },
      SITES: { A: { DICOMPORT: 1 }, B: { tls: { port: 2763, key: '/k', cert: '/c', requireClientCertificate: false } } },
    },
  });
  assert.deepEqual(receiver.tls, {
    port: 2762, key: '/t/key.pem', passphrase: { file: '/t/passphrase' }, cert: '/t/cert.pem', ca: '/t/ca.pem',
    requireClientCertificate: true,
  });
  assert.equal(receiver.sites['A']?.tls, undefined);
  assert.deepEqual(receiver.sites['B']?.tls, { port: 2763, key: '/k', cert: '/c', requireClientCertificate: false });
});

test('loads the configuration of the original\'s specification unchanged', async (t) => {
  const { configuration } = await load(t, { 'receiver.json': receiver, 'config.json': station });
  assert.equal(configuration.datadir, '/data');
  assert.deepEqual(configuration.folders, {});
  assert.deepEqual(configuration.logging, []);
  assert.equal(configuration.timeoutSeconds, 16);
  assert.equal(configuration.receiver.address, '0.0.0.0');
  assert.equal(configuration.receiver.port, 11112);
  assert.deepEqual(configuration.receiver.sites, {
    PROJ: {
      address: '0.0.0.0', port: 11112, AETitle: 'FIONA', datadir: '/data', accept: configuration.receiver.accept,
    },
  });
  assert.deepEqual(configuration.streams, [{
    name: 'AICore',
    description: 'AICore',
    enabled: true,
    priority: 'normal',
    trigger: { AETitleCalled: '^AICORE1$', AETitleCaller: '.*', CallerIP: [], match: [], exclude: [] },
    onIncomplete: 'proceed',
    lateArrivals: 'new-job',
    relay: 'when-complete',
    studyActions: [{ type: 'exec', cmd: ['echo', 'triggered', '@StudyInstanceUID@', '@PATH@', '@DESCRIPTION@'] }],
    seriesActions: [],
    cores: [],
    destinations: [{
      type: 'dicom',
      name: 'FIONA',
      AETitle: 'FIONA',
      IP: 'fiona.ihelse.net',
      PORT: 7280,
      OwnAETitle: 'FIONA',
      statuses: {}, exclude: [], stopAtClose: false, cost: 0, optional: false,
      filter: [{ SeriesDescription: '*' }],
      parallel: 1,
      morph: [],
      retry: { firstSeconds: 60, multiplier: 2, maxSeconds: 3600, giveUpAfterSeconds: 604_800 },
    }],
    steering: [],
  }]);
});

test('reads the original\'s chain of programs as one job, with the command that it gives to the core', async (t) => {
  const [stream] = station.Streams;
  const { configuration, notes } = await load(t, {
    'config.json': { ...station, Streams: [{ ...stream, 'trigger-study': chain }] },
    'select_statements.json': statements,
  });
  assert.deepEqual(configuration.streams[0]?.studyActions, [
    { type: 'exec', cmd: ['echo', 'arrived', '@StudyInstanceUID@'] }, { type: 'job' },
  ]);
  assert.equal(configuration.streams[0]?.cores[0]?.executor, 'container');
  assert.deepEqual(configuration.streams[0]?.cores[0]?.command, ['python', '/app/segm.py', '/data']);
  assert.deepEqual(notes.map(({ level, path }) => [level, path]), [['info', 'Streams[0].trigger-study[1]']]);
});

test('loads the shipped start without a problem or a note, and finds the example core', async () => {
  const loaded = await loadConfiguration(join(root, 'config'));
  assert.ok('configuration' in loaded, JSON.stringify(loaded));
  assert.deepEqual(loaded.notes, []);
  assert.equal(loaded.configuration.datadir, '/data');
  const [stream] = loaded.configuration.streams;
  assert.deepEqual(stream?.studyActions, [{ type: 'job' }]);
  assert.deepEqual(stream.cores[0]?.command, ['node', join(root, 'dist/example-core.mjs'), '{}', '{output}']);
  assert.equal(stream.destinations[0]?.name, 'pacs');
});

test('fills in every default of an empty directory and says that no file was read', async (t) => {
  const { configuration, notes } = await load(t, {});
  assert.deepEqual(notes, []);
  assert.deepEqual(configuration.files, []);
  assert.equal(configuration.datadir, '/data');
  assert.deepEqual(configuration.limits, { jobs: 1, remoteJobs: 10, minFreeBytes: 2 ** 30, minFreePercent: 2 });
  assert.equal(configuration.receiver.AETitle, 'DTS');
  assert.deepEqual(configuration.receiver.limits, {
    associations: 32, pduLength: 131_072, objectBytes: 2 ** 32, idleSeconds: 600, artimSeconds: 30,
    minFreeBytes: 2 ** 30, minFreePercent: 2,
  });
  assert.deepEqual(configuration.streams, []);
});

test('reads what a host gives to cores, whose jobs come first and when they may start', async (t) => {
  const { configuration } = await load(t, {
    'config.json': {
      limits: { jobs: 4, memory: '48g', cpus: 7.5, gpus: 2, remoteJobs: 3 },
      Streams: [{ name: 'Night', trigger: {}, destination: [{ AETitle: 'A', IP: 'a', PORT: 104 }], priority: 'offpeak',
        when: ['Mon-Fri 20:00-07:00', 'Sat-Sun 00:00-24:00'] }],
    },
  });
  const { memoryBytes, cpus, gpus, remoteJobs } = configuration.limits;
  assert.deepEqual({ memoryBytes, cpus, gpus, remoteJobs }, { memoryBytes: 48 * 2 ** 30, cpus: 7.5, gpus: 2, remoteJobs: 3 });
  assert.equal(configuration.streams[0]?.priority, 'offpeak');
  assert.deepEqual(configuration.streams[0]?.when, ['Mon-Fri 20:00-07:00', 'Sat-Sun 00:00-24:00']);
});

test('fills in every default of a core', async (t) => {
  const { configuration } = await load(t, {
    'config.json': { Streams: [streamWith()] }, 'select_statements.json': { AICore: { docker_image: 'image:1' } },
  });
  assert.deepEqual(configuration.streams[0]?.cores[0], {
    executor: 'container', select: '', docker_image: 'image:1', runtime: 'podman', command: [], env: {},
    ROR_CONT_OPTIONS: '', memoryBytes: 2 ** 32, cpus: 2, gpus: 0, timeoutSeconds: 3600, network: 'none',
    readOnlyRoot: true, tmpfs: [], settings: {}, attempts: 3,
    retry: { firstSeconds: 60, multiplier: 2, maxSeconds: 3600, giveUpAfterSeconds: 604_800 },
    outputs: {
      maxBytes: 2 ** 32, minInstances: 0, maxInstances: 20_000, SOPClassUIDs: [], expect: [], references: 'input',
    },
  });
  assert.deepEqual(configuration.streams[0].studyActions, [{ type: 'job' }]);
});

test('a core for Slurm runs its image with Podman, its command as a process, unless it says how', async (t) => {
  const { configuration } = await load(t, {
    'config.json': { Streams: [streamWith()] },
    'select_statements.json': { AICore: [
      { docker_image: 'image:1', executor: 'slurm' },
      { command: 'run', executor: 'slurm', slurm: { partition: 'gpu', maxJobs: 8, sbatch: ['--nice=5'] } },
      { docker_image: '/images/a.sif', executor: 'slurm', slurm: { runtime: 'apptainer' } },
      { docker_image: 'image:1' },
    ] },
  });
  const none = { partition: '', account: '', qos: '', sbatch: [], statusSeconds: 60 };
  assert.deepEqual(configuration.streams[0]?.cores.map(({ slurm }) => slurm), [
    { ...none, runtime: 'podman' },
    { ...none, partition: 'gpu', sbatch: ['--nice=5'], maxJobs: 8, runtime: 'process' },
    { ...none, runtime: 'apptainer' },
    undefined,
  ]);
});

test('reads a list of cores as a chain, in its order', async (t) => {
  const { configuration } = await load(t, {
    'config.json': { Streams: [streamWith()] },
    'select_statements.json': { AICore: [{ select: '', docker_image: 'first:1' }, { command: 'second {input}' }] },
  });
  const cores = configuration.streams[0]?.cores ?? [];
  assert.deepEqual(cores.map(({ docker_image, command }) => [docker_image, command]), [
    ['first:1', []], ['', ['second', '{input}']],
  ]);
});

test('tells six mistakes in three files at once, in order, each with its line and column', async (t) => {
  const problems = await problemsOf(t, {
    'receiver.json': '{\n  "DICOMPORT": "70000",\n  "DICOMAETITEL": "FIONA"\n}\n',
    'config.json': '// Ours\n{\n  "timeout": "soon",\n  "Streams": [\n'
      + '    { "name": "A", "trigger": { "AETitleCalled": "(" },\n'
      + '      "destination": [{ "AETitle": "P", "IP": "10.0.0.300", "PORT": 104 }] }\n  ]\n}\n',
    'select_statements.json': '{\n  "B": { "docker_image": "image:1" }\n}\n',
  });
  assert.deepEqual(problems, [
    'receiver.json:2:16: DICOMPORT: wrong value (found "70000", expected a port, 1 to 65535)',
    'receiver.json:3:3: DICOMAETITEL: unknown key (did you mean DICOMAETITLE?)',
    'config.json:3:14: timeout: wrong value (found "soon", expected seconds, at least 0)',
    'config.json:5:50: Streams[0].trigger.AETitleCalled: wrong value '
      + '(found "(", expected a regular expression: Unterminated group)',
    'config.json:6:47: Streams[0].destination[0].IP: wrong value '
      + '(found "10.0.0.300", expected an IP address or a host name)',
    'select_statements.json:2:3: B: config.json has no stream of this name (did you mean A?)',
  ]);
});

test('tells a syntax error along with the mistakes elsewhere in the same file', async (t) => {
  const problems = await problemsOf(t, {
    'receiver.json': '{\n  "DICOMPORT": 0\n  "DICOMAETITLE": "FIONA",\n  "SITES": { "A" }\n}',
  });
  assert.deepEqual(problems, [
    'receiver.json:2:16: DICOMPORT: wrong value (found 0, expected a port, 1 to 65535)',
    'receiver.json:3:3: a comma is missing',
    'receiver.json:4:18: a colon is missing',
  ]);
});

test('takes comments, commas before closing brackets and a byte order mark', async (t) => {
  const { configuration } = await load(t, { 'config.json': '\uFEFF// a\n{ /* b */ "timeout": 5, "Streams": [], }' });
  assert.equal(configuration.timeoutSeconds, 5);
});

test('refuses a key that stands twice, also one of those that JavaScript treats in its own way', async (t) => {
  assert.deepEqual(await problemsOf(t, { 'config.json': '{ "timeout": 5, "timeout": 6, "__proto__": {} }' }), [
    'config.json:1:17: the key timeout stands twice',
    'config.json:1:31: the key __proto__ means nothing here',
  ]);
});

test('refuses a list where an object belongs, and an object where a list does', async (t) => {
  const files = { 'config.json': { limits: [], Streams: {} }, 'receiver.json': { SITES: [] } };
  assert.deepEqual(await problemsOf(t, files), [
    'receiver.json:2:12: SITES: wrong value (found [], expected an object, { … })',
    'config.json:2:13: limits: wrong value (found [], expected an object, { … })',
    'config.json:3:14: Streams: wrong value (found {}, expected a list of streams, [ … ])',
  ]);
});

test('tells all unknown keys of an object, not only the first', async (t) => {
  const problems = await problemsOf(t, { 'receiver.json': { DICOMIPP: '::1', toString: 1, Datadir: '/data' } });
  assert.equal(problems.length, 3);
  assert.match(problems[0] ?? '', /DICOMIPP: unknown key \(did you mean DICOMIP\?\)$/);
  assert.match(problems[1] ?? '', /toString: unknown key \(expected one of \$schema, DICOMIP, /);
  assert.match(problems[2] ?? '', /Datadir: unknown key \(did you mean DATADIR\?\)$/);
});

test('tells a directory that was named and does not exist', async (t) => {
  const directory = await makeDirectory(t, {});
  const missing = join(directory, 'missing');
  const loaded = await loadConfiguration(missing);
  assert.ok('problems' in loaded);
  const expected = 'expected an existing directory, as --config names one';
  assert.deepEqual(loaded.problems.map(formatProblem), [
    `${missing}:1:1: the directory cannot be read (found ENOENT, ${expected})`,
  ]);
});

test('follows $DTS_CONFIG where no directory is named, and tells it when that does not exist', async (t) => {
  const before = process.env['DTS_CONFIG'];
  t.after(() => {
    if (before === undefined) delete process.env['DTS_CONFIG'];
    else process.env['DTS_CONFIG'] = before;
  });
  const directory = await makeDirectory(t, { 'config.json': { timeout: 7 } });
  process.env['DTS_CONFIG'] = directory;
  const loaded = await loadConfiguration();
  assert.ok('configuration' in loaded);
  assert.equal(loaded.configuration.timeoutSeconds, 7);
  assert.deepEqual(loaded.configuration.files, [join(directory, 'config.json')]);
  process.env['DTS_CONFIG'] = join(directory, 'missing');
  const lost = await loadConfiguration();
  assert.ok('problems' in lost);
  assert.match(formatProblem(lost.problems[0] ?? assert.fail()), /as \$DTS_CONFIG names one/);
});

test('tells a file that is a directory, and one that is not in UTF-8', async (t) => {
  const directory = await makeDirectory(t, {});
  await mkdir(join(directory, 'config.json'));
  await writeFile(join(directory, 'receiver.json'), Buffer.from('{ "DICOMAETITLE": "BJ\xd8RK" }', 'latin1'));
  const loaded = await loadConfiguration(directory);
  assert.ok('problems' in loaded);
  assert.deepEqual(loaded.problems.map((problem) => formatProblem(problem).slice(directory.length + 1)), [
    'receiver.json:1:1: the file is not in UTF-8',
    'config.json:1:1: the file cannot be read (EISDIR)',
  ]);
});

test('tells a file without permission', { skip: process.getuid?.() === 0 && 'root may read everything' }, async (t) => {
  const directory = await makeDirectory(t, { 'config.json': {} });
  await chmod(join(directory, 'config.json'), 0);
  const loaded = await loadConfiguration(directory);
  assert.ok('problems' in loaded);
  assert.match(loaded.problems[0]?.message ?? '', /EACCES/);
});

test('derives the data directory from the original\'s `arrived`, and keeps folders that lie elsewhere', async (t) => {
  const elsewhere = await load(t, {
    'receiver.json': { DATADIR: '/other' }, 'config.json': { arrived: '/big/site/.arrived/', archive: '/huge/archive' },
  });
  assert.equal(elsewhere.configuration.datadir, '/big');
  assert.deepEqual(elsewhere.configuration.folders, { archive: '/huge/archive' });
  assert.deepEqual(elsewhere.notes.map(({ level, path }) => [level, path]), [['warning', 'DATADIR']]);
  const named = await load(t, { 'config.json': { datadir: '/named', arrived: '/big/site/.arrived' } });
  assert.equal(named.configuration.datadir, '/named');
  assert.equal(named.configuration.receiver.datadir, '/named');
  assert.deepEqual(named.configuration.folders, { arrived: '/big/site/.arrived' });
  const received = await load(t, { 'receiver.json': { DATADIR: '/received' } });
  assert.equal(received.configuration.datadir, '/received');
});

test('leaves select statements and rules for later when asked to, and finds their errors otherwise', async (t) => {
  const directory = await makeDirectory(t, {
    'config.json': { Streams: [streamWith()] },
    'select_statements.json': { AICore: { docker_image: 'image:1', select: 'SELECT nothing' } },
  });
  await writeFile(join(directory, 'classify_rules.json'), '[\n  { "type": "MR", "rules": [{ "tga": "Modality" }] }\n]');
  assert.ok('configuration' in await loadConfiguration(directory, { selection: 'later' }));
  const loaded = await loadConfiguration(directory);
  assert.ok('problems' in loaded);
  const places = loaded.problems.map(({ file, line, path }) => `${file.slice(directory.length + 1)}:${line} ${path}`);
  assert.equal(places[0], 'select_statements.json:4 AICore.select');
  assert.match(places[1] ?? '', /^classify_rules\.json:2 \[0\]\.rules\[0\]/);
});

test('tells a syntax error of the classification rules once', async (t) => {
  const directory = await makeDirectory(t, {});
  await writeFile(join(directory, 'classify_rules.json'), '[');
  const loaded = await loadConfiguration(directory);
  assert.ok('problems' in loaded);
  assert.deepEqual(loaded.problems.map(({ message }) => message), ['a closing ] is missing']);
});
