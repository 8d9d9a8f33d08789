// Which directory the configuration is read from, when several could be meant.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, test, type TestContext } from 'node:test';
import { findDirectory, type Places } from '../../src/config/find-directory.ts';
import { formatProblem } from '../../src/config/format-problems.ts';
import { temporaryFolder } from '../rig/peers.ts';

beforeEach(() => { delete process.env['DTS_CONFIG']; });

interface Host {
  readonly places: Places;
  readonly installed: string;
  readonly ofSystem: string;
  readonly samples: string;
  /** Beside package.json of the program. */
  readonly note: string;
}

/** A program with samples, a /etc/dts, and a directory elsewhere that a note may name. */
async function makeHost(t: TestContext): Promise<Host> {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  const host = {
    installed: at('installed configuration'), ofSystem: at('etc'), samples: at('program/config'),
    note: at('program/configuration-directory'),
    places: { findProgramRoot: () => at('program'), ofSystem: at('etc') },
  };
  for (const directory of [host.installed, host.ofSystem, host.samples]) await mkdir(directory, { recursive: true });
  return host;
}

function directoryOf(host: Host, named?: string): string {
  const found = findDirectory(named, host.places);
  if ('message' in found) throw new Error(formatProblem(found));
  return found.directory;
}

function problemOf(places: Places): string {
  const found = findDirectory(undefined, places);
  return 'message' in found ? formatProblem(found) : assert.fail(found.directory);
}

test('prefers --config to $DTS_CONFIG, that to the note of the installation, and the note to /etc/dts', async (t) => {
  const host = await makeHost(t);
  const [option, variable] = [await temporaryFolder(t), await temporaryFolder(t)];
  await writeFile(host.note, `${host.installed}\n`);
  process.env['DTS_CONFIG'] = variable;
  assert.equal(directoryOf(host, option), option);
  assert.equal(directoryOf(host), variable);
  process.env['DTS_CONFIG'] = '';
  assert.equal(directoryOf(host), host.installed);
});

test('takes /etc/dts in a checkout, and the samples where there is none', async (t) => {
  const host = await makeHost(t);
  assert.equal(directoryOf(host), host.ofSystem);
  const places = { ...host.places, ofSystem: join(host.ofSystem, 'none') };
  assert.equal(directoryOf({ ...host, places }), host.samples);
});

test('an installed copy whose directory is gone looks nowhere else', async (t) => {
  const host = await makeHost(t);
  const gone = join(host.installed, 'gone');
  await writeFile(host.note, `${gone}\n`);
  assert.equal(problemOf(host.places), `${gone}:1:1: the directory cannot be read `
    + `(found ENOENT, expected an existing directory, as ${host.note} names one)`);
});

for (const damaged of ['', '\n', 'etc/dts\n']) {
  test(`an installed copy whose note says ${JSON.stringify(damaged)} looks nowhere else`, async (t) => {
    const host = await makeHost(t);
    await writeFile(host.note, damaged);
    assert.ok(problemOf(host.places).startsWith(`${host.note}:1:1: the file names no directory`));
  });
}

test('an installed copy whose note cannot be read looks nowhere else', async (t) => {
  const host = await makeHost(t);
  await mkdir(host.note);
  assert.ok(problemOf(host.places).startsWith(`${host.note}:1:1: the file cannot be read (found EISDIR`));
});
