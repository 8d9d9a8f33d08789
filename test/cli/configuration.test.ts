import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runProgram, makeStation, ROOT, type TestStation } from '../rig/station.ts';
import { listTree } from './listing.ts';

/** Every command that reads the configuration, with arguments that are right in themselves. */
const COMMAND_LINES = [
  'receive', 'scan-arrived', 'scan-arrived --for 5s', 'run-one-job', 'run-one-job --all', 'run-one-job JOB --wait', 'forward',
  'forward /etc/hostname --to PACS', 'status', 'jobs', 'jobs retry --state failed', 'deliveries', 'explain 1.2.3', 'log',
  'log -f', 'config show', 'echo PACS', 'select --statement everything /etc/hostname', 'check',
];

/** A station whose three files hold five mistakes, and where each stands. */
async function makeMistakenStation(t: TestContext): Promise<{ station: TestStation; places: string[] }> {
  const station = await makeStation(t);
  const files = {
    'receiver.json': '{\n  "DICOMPORT": 70000,\n  "DICOMAETITEL": "DTS"\n}\n',
    'config.json': `{\n  "datadir": ${JSON.stringify(station.layout.datadir)},\n  "timeout": "soon",\n  "Streams": [\n`
      + '    { "name": "S", "trigger": { "AETitleCalled": "(", "AETitleCaller": ".*" }, "trigger-study": [] }\n  ]\n}\n',
    'select_statements.json': '{\n  "S": { "select": "SELECT series FROM study WHERE series HASS Modality == CT", "docker_image": "x" }\n}\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(station.config, name), text);
  const places = ['receiver.json:2:16', 'receiver.json:3:3', 'config.json:3:14', 'config.json:5:50', 'select_statements.json:2:59'];
  return { station, places: places.map((place) => join(station.config, place)) };
}

for (const words of COMMAND_LINES) {
  test(`dts ${words} lists five mistakes in three files, each with its place, and touches nothing`, async (t) => {
    const { station, places } = await makeMistakenStation(t);
    const before = await listTree(station.root);
    const { status, stdout, stderr } = await station.dts(words.split(' '));
    assert.equal(status, 78, stderr);
    const lines = (words === 'check' ? stdout : stderr).trim().split('\n').filter((line) => !line.startsWith('dts '));
    assert.deepEqual(lines.map((line) => line.slice(0, line.indexOf(': '))), places);
    assert.deepEqual(await listTree(station.root), before);
  });

  test(`dts ${words} without a configuration directory says which it looked for`, async (t) => {
    const station = await makeStation(t);
    const absent = join(station.root, 'nowhere');
    const { status, stdout, stderr } = await runProgram(process.execPath,
      [join(ROOT, 'bin', 'dts'), ...words.split(' '), '--config', absent]);
    assert.equal(status, 78);
    assert.match(stdout + stderr, new RegExp(`^${absent}:1:1: the directory cannot be read \\(found ENOENT`));
  });
}

test('check --json lists the same five mistakes for programs', async (t) => {
  const { station, places } = await makeMistakenStation(t);
  const { status, stdout, stderr } = await station.dts(['check', '--json']);
  assert.deepEqual([status, stderr], [78, '']);
  const { problems } = JSON.parse(stdout);
  assert.deepEqual(problems.map(({ file, line, column }: Record<string, unknown>) => `${file}:${line}:${column}`), places);
});

test('DTS_CONFIG names the directory where --config does not', async (t) => {
  const { station, places } = await makeMistakenStation(t);
  const { status, stderr } = await runProgram(process.execPath, [join(ROOT, 'bin', 'dts'), 'status'],
    { env: { DTS_CONFIG: station.config } });
  assert.equal(status, 78);
  assert.equal(places.every((place) => stderr.includes(place)), true, stderr);
});
