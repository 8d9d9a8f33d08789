// One test for each check of a key, and for each check between keys.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILE_NAMES } from '../../src/config/finding.ts';
import { FUTURE_KEYS, FUTURE_VALUES } from '../../src/config/future-keys.ts';
import { type Files, load, problemsOf, streamWith } from './configuration-directory.ts';

const core = { docker_image: 'image:1' };
const destination = { AETitle: 'FIONA', IP: 'fiona.ihelse.net', PORT: 104 };

/** One stream, with these keys, and no core. */
const withStream = (keys: object): Files => ({ 'config.json': { Streams: [streamWith(keys)] } });

/** One stream with this core. */
const withCore = (AICore: object): Files => ({ ...withStream({}), 'select_statements.json': { AICore } });

/** What is wrong with files, by the name of the test: what each problem's line must match. */
const CASES: Readonly<Record<string, { files: Files; problems: readonly RegExp[] }>> = {
  'an AE title longer than 16 characters': {
    files: { 'receiver.json': { DICOMAETITLE: 'SEVENTEEN_LETTERS' } }, problems: [/DICOMAETITLE.*expected an AE title/],
  },
  'a time zone that does not exist': {
    files: { 'receiver.json': { LOCALTIMEZONE: 'Europe/Bergen' } }, problems: [/LOCALTIMEZONE.*Europe\/Bergen/],
  },
  'a time zone that would leave the zone folder': {
    files: { 'receiver.json': { LOCALTIMEZONE: 'Europe/../../../../etc/passwd' } }, problems: [/LOCALTIMEZONE/],
  },
  'a malformed range of addresses': {
    files: { 'receiver.json': { accept: { callerIPs: ['10.0.0.0/33', '10.0.0.0/8', 'here'] } } },
    problems: [/callerIPs\[0\]/, /callerIPs\[2\]/],
  },
  'TLS on the port of plain DICOM': {
    files: {
      'receiver.json': {
        DICOMPORT: '2762', tls: { key: '/k', cert: '/c', ca: '/a' },
        SITES: { A: { tls: { port: 2762, key: '/k', cert: '/c', ca: '/a' } }, B: { tls: { key: '/k', cert: '/c', ca: '/a' } },
          C: { DICOMPORT: 1104, tls: { key: '/k', cert: '/c', ca: '/a' } } },
      },
    },
    problems: [/ tls\.port: DICOMPORT is the same/, /SITES\.A\.tls\.port: DICOMPORT/, /SITES\.B\.tls\.port/],
  },
  'TLS without a word on whom to trust': {
    files: { 'receiver.json': { tls: { key: '/k', cert: '/c' } } },
    problems: [/tls\.ca: nothing says which certificates.*expected `ca`, or "requireClientCertificate": false/],
  },
  'TLS without a key, with a path that is not absolute': {
    files: { 'receiver.json': { tls: { cert: 'cert.pem', requireClientCertificate: false } } },
    problems: [/tls\.key: missing key/, /tls\.cert: .*expected an absolute path/],
  },
  'a folder that is not absolute': { files: { 'config.json': { datadir: 'data' } }, problems: [/datadir.*absolute/] },
  'a number too large for a clock': { files: { 'config.json': '{"timeout": 1e999}' }, problems: [/timeout/] },
  'a fraction of a job': { files: { 'config.json': { limits: { jobs: 1.5 } } }, problems: [/limits\.jobs.*1\.5/] },
  'times of the week that are none': {
    files: withStream({ when: ['Mon-Fri 20:00-7:00', 'Mon-Fry 20:00-07:00'], priority: 'high' }),
    problems: [/when\[0\].*at character 15, a time/, /when\[1\].*at character 5, a day: Mon/, /priority.*"high".*"urgent"/],
  },
  'no time of the week at all': { files: withStream({ when: [] }), problems: [/when.*at least one/] },
  'cores that need more than the host may give': {
    files: {
      'config.json': { limits: { memory: '2g', cpus: 1, gpus: 1 }, Streams: [streamWith({})] },
      'select_statements.json': { AICore: [core, { ...core, memory: '1g', cpus: 1, gpus: 2 }] },
    },
    problems: [
      /AICore\[0\]: .*memory, 4g, is more than limits\.memory.* 2g/,
      /AICore\[0\]: .*cpus, 2, is more than limits\.cpus.* 1/,
      /AICore\[1\]\.gpus: .*gpus, 2, is more than limits\.gpus.* 1/,
    ],
  },
  'scratch folders that would hide the input, are relative, or go up': {
    files: withCore({ ...core, tmpfs: ['/data/input', 'cache', '/var/../data', '/', '/home/holoscan/.cache'] }),
    problems: [/tmpfs\[0\]: .*outside \/data and \/output/, /tmpfs\[1\]/, /tmpfs\[2\]/, /tmpfs\[3\]/],
  },
  'memory without a known unit': {
    files: withCore({ ...core, memory: '4 apples' }),
    problems: [/AICore\.memory.*"4 apples", expected bytes, or a text such as "20g"/],
  },
  'a missing key': {
    files: withStream({ destination: [{ AETitle: 'A', IP: 'b' }] }),
    problems: [/destination\[0\]\.PORT: missing key$/],
  },
  'an action of an unknown type': {
    files: withStream({ 'trigger-study': [{ type: 'sned' }, { type: 'exec', cmd: [] }] }),
    problems: [/trigger-study\[0\].*"sned"/, /trigger-study\[1\]\.cmd.*list of program/],
  },
  'a web address that is none': {
    files: withStream({ 'trigger-study': [{ type: 'send', destination: 'file:///' }] }),
    problems: [/trigger-study\[0\]\.destination.*http/],
  },
  'a filter by something that is no keyword': {
    files: withStream({ destination: [{ ...destination, filter: [{ 'Series Description': '*', Modlity: 'SR' }] }] }),
    problems: [
      /filter\[0\]\["Series Description"\]: there is no such DICOM keyword \(did you mean SeriesDescription\?\)/,
      /filter\[0\]\.Modlity: there is no such DICOM keyword \(did you mean Modality\?\)/,
    ],
  },
  'a trigger by something that is no keyword, or by what is no pattern': {
    files: withStream({ trigger: {
      match: { Modlity: 'CT', SeriesDescription: 'a(' }, exclude: [{ StudyDescription: '(?=x)' }, {}, { Modality: 7 }],
    } }),
    problems: [
      /trigger\.match\.Modlity: there is no such DICOM keyword \(did you mean Modality\?\)/,
      /trigger\.match\.SeriesDescription.*"a\(", expected a regular expression: missing closing \)/,
      /trigger\.exclude\[0\]\.StudyDescription.*regular expression: .*\(\?=/,
      /trigger\.exclude\[1\]: an entry without keywords fits everything \(expected at least one\)/,
      /trigger\.exclude\[2\]\.Modality.*7, expected a text/,
    ],
  },
  'a caller\'s address that is none, and a list of no patterns': {
    files: withStream({ trigger: { CallerIP: ['10.0.0.0/40'], match: [], exclude: 'CT' } }),
    problems: [/CallerIP\[0\].*expected an IP address or a range/, /trigger\.match.*expected an object/, /trigger\.exclude/],
  },
  'an expectation of what the select statement does not name': {
    files: {
      ...withStream({ expect: { series: ['T1', 'FLAIRE'], instances: { T1: 176, t2: 1 } } }),
      'select_statements.json': { AICore: { ...core, select:
        'Select study where series named "T1" has Modality = MR also where series named "FLAIR" has Modality = CT' } },
    },
    problems: [
      /expect\.series\[1\].*no WHERE of this name \(found "FLAIRE"; did you mean FLAIR\?\)/,
      /expect\.instances\.t2: .*no WHERE of this name \(did you mean T1\?\)/,
    ],
  },
  'an expectation by names of a stream that has no select statement': {
    files: withStream({ expect: { series: ['T1'] } }),
    problems: [/expect\.series\[0\].*"T1".*expected WHERE series NAMED/],
  },
  'an expectation of nothing, of no instances, and of a word': {
    files: { 'config.json': { Streams: [
      streamWith({ expect: {} }), streamWith({ name: 'B', expect: { instances: 0 } }),
      streamWith({ name: 'C', expect: { instances: 'headers' } }), streamWith({ name: 'D', expect: { instances: [1] } }),
    ] } },
    problems: [
      /Streams\[0\]\.expect: nothing is expected/, /Streams\[1\]\.expect\.instances.*0, expected "header"/,
      /Streams\[2\]\.expect\.instances.*"headers", expected "header", a number/, /Streams\[3\]\.expect\.instances/,
    ],
  },
  'policies that do not exist': {
    files: withStream({ onIncomplete: 'wait', lateArrivals: 'ignore', expect: { instances: 2, within: -1 } }),
    problems: [
      /onIncomplete.*"wait", expected "proceed", "hold" or "fail"/,
      /lateArrivals.*"ignore", expected "new-job", "supersede" or "hold"/, /expect\.within.*-1, expected seconds/,
    ],
  },
  'a filter by an empty keyword': {
    files: withStream({ destination: [{ ...destination, filter: [{ '': '*' }] }] }), problems: [/filter\[0\]\[""\]/],
  },
  'a pattern whose syntax only Python has': {
    files: withStream({ trigger: { AETitleCaller: 'A(?i)b' } }),
    problems: [/AETitleCaller.*\(\?i\) can only stand in front/],
  },
  'NUL in an argument': {
    files: withStream({ 'trigger-study': [{ type: 'exec', cmd: ['a\0b'] }] }),
    problems: [/cmd\[0\]/],
  },
  'two streams of one name': {
    files: { 'config.json': { Streams: [streamWith(), streamWith()] } },
    problems: [/Streams\[1\]\.name: .*Streams\[0\]/],
  },
  'two destinations of one name': {
    files: {
      'config.json': {
        destinations: { pacs: destination },
        Streams: [streamWith({ destination: [{ ...destination, name: 'pacs' }] })],
      },
    },
    problems: [/destination\[0\]\.name: another destination has this name already \(found "pacs"/],
  },
  'the same destination twice in one stream': {
    files: withStream({ destination: [destination, destination] }),
    problems: [/destination\[1\]: this stream has the same destination already/],
  },
  'a reference to a destination that does not exist': {
    files: { 'config.json': { destinations: { pacs: destination }, Streams: [streamWith({ destination: ['pacx'] })] } },
    problems: [/destination\[0\]: there is no destination of this name \(found "pacx"; did you mean pacs\?\)/],
  },
  'a core of a stream that does not exist': {
    files: { 'config.json': { Streams: [streamWith()] }, 'select_statements.json': { AICroe: core } },
    problems: [/AICroe: config\.json has no stream of this name \(did you mean AICore\?\)/],
  },
  'a core for Slurm without a program': {
    files: withCore({ executor: 'slurm' }), problems: [/AICore\.executor: nothing says what the core runs/],
  },
  'a process for Slurm without a program': {
    files: withCore({ executor: 'slurm', docker_image: 'image:1', slurm: { runtime: 'process' } }),
    problems: [/AICore\.executor: nothing says what the core runs \(expected command\)/],
  },
  'a container for Slurm without an image': {
    files: withCore({ executor: 'slurm', command: 'x', slurm: { runtime: 'apptainer' } }),
    problems: [/AICore\.slurm\.runtime: apptainer needs an image \(expected docker_image\)/],
  },
  'Slurm for a core that is not submitted to it': {
    files: withCore({ ...core, slurm: { partition: 'gpu' } }),
    problems: [/AICore\.slurm: the core is not submitted to Slurm \(expected "executor": "slurm" beside it\)/],
  },
  'options of sbatch that are none, that DTS sets, or that begin like such': {
    files: withCore({
      ...core, executor: 'slurm', slurm: { sbatch: ['gpu', '-C', '--array=1-9', '--arr=1-9', '--nice=5', '--wait'] },
    }),
    problems: [0, 1, 2, 3, 5].map((index) => new RegExp(`AICore\\.slurm\\.sbatch\\[${index}\\]: wrong value`)),
  },
  'a chain without a core': {
    files: withCore([]), problems: [/AICore: wrong value \(found \[\], expected a core, or a list of cores/],
  },
  'a core of a chain without a program': {
    files: withCore([core, { executor: 'process' }]), problems: [/AICore\[1\]\.executor: a process needs a program/],
  },
  'a select statement that is wrong in a chain, and one where none may be': {
    files: withCore([{ ...core, select: 'SELECT study FROM' }, { ...core, select: '' }]),
    problems: [/AICore\[0\]\.select: .*line 1/, /AICore\[1\]\.select: only the first core of a chain selects/],
  },
  'a wrong key and a wrong value in a chain': {
    files: withCore([{ ...core, memroy: '4g' }, { ...core, memory: '4 apples' }]),
    problems: [/AICore\[0\]\.memroy: unknown key \(did you mean memory\?/, /AICore\[1\]\.memory: wrong value/],
  },
  'a stream with neither core nor destinations nor actions': {
    files: withStream({ destination: [] }), problems: [/Streams\[0\]: .*nothing would/],
  },
  'a job without a core': {
    files: withStream({ 'trigger-study': [{ type: 'job' }] }),
    problems: [/trigger-study\[0\]: a job needs a core.*or `relay`/],
  },
  'the original\'s chain without a core': {
    files: withStream({ 'trigger-study': [{ type: 'exec', cmd: ['/addJob.sh', '@PATH@'] }] }),
    problems: [/trigger-study\[0\]: a job needs a core/],
  },
  'a relay as instances arrive that is also to know the whole study': {
    files: withStream({
      relay: 'as-they-arrive', trigger: { match: { Modality: 'CT' } }, expect: { instances: 3 }, lateArrivals: 'supersede',
      'trigger-series': [{ type: 'job' }],
    }),
    problems: [
      /trigger\.match: .*have left \(expected `filter`/, /\]\.expect: /, /lateArrivals: /, /trigger-series: instances leave/,
    ],
  },
  'a relay as instances arrive of a stream with a core': {
    files: { ...withCore(core), 'config.json': { Streams: [streamWith({ relay: 'as-they-arrive' })] } },
    problems: [/relay: the stream has a core/],
  },
  'a relay as instances arrive that leads nowhere': {
    files: withStream({ relay: 'as-they-arrive', destination: [], 'trigger-study': [{ type: 'exec', cmd: ['true'] }] }),
    problems: [/relay: there is nowhere to relay to/, /relay: .*none of them relays/],
  },
  'a container without an image': {
    files: withCore({ executor: 'container' }),
    problems: [/AICore\.executor: a container needs an image/],
  },
  'a process without a command': {
    files: withCore({ executor: 'process', command: [] }),
    problems: [/AICore\.executor: a process needs a program/],
  },
  'a core that runs nothing': {
    files: withCore({}),
    problems: [/AICore: nothing says what the core runs/],
  },
  'a command with an open quote': {
    files: withCore({ command: 'run "it' }),
    problems: [/AICore\.command.*the quote " is not closed/],
  },
  'a secret in two places': {
    files: { 'config.json': { logging: [{ dbpassword: { env: 'A', file: '/b' } }] } },
    problems: [/logging\[0\]\.dbpassword/],
  },
};

for (const [name, { files, problems }] of Object.entries(CASES)) {
  test(`refuses ${name}, and says nothing else`, async (t) => {
    const lines = await problemsOf(t, files);
    assert.equal(lines.length, problems.length, lines.join('\n'));
    problems.forEach((problem, index) => assert.match(lines[index] ?? '', problem));
  });
}

test('places an error of a select statement at its character, past escapes', async (t) => {
  const problems = await problemsOf(t, {
    'config.json': { Streams: [streamWith()] },
    'select_statements.json': '{\n  "AICore": { "docker_image": "i",\n'
      + '    "select": "SELECT study FROM study\\n WHERE series NAMED \\"T\\u0031\\" HAS Modlity == MR" }\n}',
  });
  assert.equal(problems.length, 1);
  const place = /^select_statements\.json:3:77: AICore\.select: There is no field Modlity; did you mean Modality\?/;
  assert.match(problems[0] ?? '', place);
  const line = '    "select": "SELECT study FROM study\\n WHERE series NAMED \\"T\\u0031\\" HAS Modlity == MR" }';
  assert.equal(line.indexOf('Modlity') + 1, 77);
});

test('knows keywords of the whole data dictionary in select statements', async (t) => {
  const select = 'SELECT study FROM study WHERE series HAS DiffusionBValue > 0 AND RTPlanLabel == "x"';
  const files = withCore({ ...core, select });
  assert.deepEqual(await problemsOf(t, files), []);
});

test('never shows a secret in a problem', async (t) => {
  const problems = await problemsOf(t, {
    'config.json': {
      logging: [{ dbpassword: ['hunter2'] }, { dbpassword: 'hunter2', port: 'x' }, 'none', [{ dbpassword: 'hunter2' }]],
    },
  });
  assert.match(problems.join('\n'), /dbpassword: wrong value \(found "\*+"/);
  assert.doesNotMatch(problems.join('\n'), /hunter2/);
});

/** A value at a path in the notation of future-keys.ts, within objects and lists as the file has them. */
function valueAlong(steps: readonly string[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const inner = valueAlong(rest, value);
  const isList = ['Streams', 'destination', 'logging'].includes(step);
  return { [step === '*' ? 'any' : step]: isList ? [inner] : inner };
}

for (const file of FILE_NAMES) {
  const futures = [
    ...(FUTURE_KEYS[file] ?? []).map((path) => ({ path, value: 'x' })),
    ...Object.entries(FUTURE_VALUES[file] ?? {}).flatMap(([path, values]) => values.map((value) => ({ path, value }))),
  ];
  for (const { path, value } of futures) {
    test(`refuses ${path} = ${value} of ${file} as not supported yet, by name`, async (t) => {
      const problems = await problemsOf(t, { [file]: valueAlong(path.split('.'), value) });
      const key = path.split('.').at(-1) ?? '';
      const wanted = `${key}: this version of DTS does not support it yet`;
      assert.ok(problems.some((line) => line.includes(wanted)), problems.join('\n'));
    });
  }
}

test('warns of what is likely not meant', async (t) => {
  const { notes } = await load(t, {
    'receiver.json': {
      DATADIR: '/one', DICOMIP: 'localhost', accept: { calledAETitles: ['^OTHER$'] },
      tls: { key: '/k', cert: '/c', ca: '/a', requireClientCertificate: false },
    },
    'config.json': {
      datadir: '/two',
      Streams: [streamWith({ 'trigger-study': [{ type: 'exec', cmd: ['echo', '@StudyUID@'] }] })],
    },
    'select_statements.json': { AICore: { ...core, select: 'SELECT study FROM study WHERE series HAS '
      + 'Modality == MR OR Modality == CT AND NumImages > 3' } },
  });
  assert.deepEqual(notes.map(({ level, path }) => `${level} ${path}`), [
    'warning DATADIR',
    'info DICOMIP',
    'warning tls.ca',
    'warning Streams[0]',
    'warning Streams[0].trigger.AETitleCalled',
    'warning Streams[0].trigger-study[0].cmd[1]',
    'warning AICore.select',
  ]);
});

test('warns of a class that the rules in force do not give, and of names in rules that are no field', async (t) => {
  const select = 'SELECT study FROM study WHERE ClassifyType containing T1';
  const files = {
    'config.json': { datadir: '/data', Streams: [streamWith({})] },
    'select_statements.json': { AICore: { ...core, select } },
  };
  const warningsOf = async (rules: object) => {
    const { notes } = await load(t, { ...files, ...rules });
    return notes.map(({ path, message, column }) => `${path} ${column}: ${message}`).filter((line) => /class|field/.test(line));
  };
  assert.deepEqual(await warningsOf({}), []);
  const rules = [{ type: 'T1w', rules: [{ tag: ['Modalty'], value: 'MR' }] }];
  const [ofStatement = '', ofRule = '', ...others] = await warningsOf({ 'classify_rules.json': rules });
  assert.match(ofStatement, /^AICore\.select \d+: No classification rule gives the class "T1"; did you mean "T1w"\?/);
  assert.match(ofRule, /^\[0\]\.rules\[0\]\.tag \d+: is no field, so the rule is tried on nothing: Modalty; did you mean Modality\?/);
  assert.deepEqual(others, []);
});
