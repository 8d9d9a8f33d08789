// The rules by which the source is laid out: docs/INTERNALS.md, "Rooms and arrows". Read off the import statements of
// every file, so that a rule is broken here before it is broken in somebody's head.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What each room may use beside itself. A room is a folder of src/, or a file that stands there alone. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'cli.ts': ['commands', 'version.ts'],
  'version.ts': [],
  'commands': ['flow', 'job', 'dicom', 'select', 'config', 'spool', 'network', 'folder', 'core', 'log', 'host', 'demo'],
  'conformance': ['flow', 'dicom', 'config', 'network', 'version.ts'],
  'demo': ['flow', 'job', 'dicom', 'config', 'spool', 'network'],
  'flow': ['job', 'dicom', 'select', 'config', 'spool', 'network', 'folder', 'core', 'log', 'host'],
  'core': ['job', 'dicom', 'config', 'spool', 'network', 'host', 'bundle'],
  'bundle': [],
  'network': ['job', 'dicom', 'spool'],
  'log': ['job', 'dicom', 'spool'],
  'config': ['job', 'dicom', 'select', 'spool'],
  'folder': ['job', 'dicom', 'config', 'spool'],
  'spool': ['job', 'dicom', 'host'],
  'host': [],
  'job': ['dicom'],
  'select': [],
  'dicom': [],
};

/** Tells system errors apart, knows nothing of the station, and may be used everywhere. */
const EVERYBODYS = 'src/spool/error-code.ts';

/** System calls that change what state there is, or make a change last. */
const DURABLE_CALLS = /^(rename|link|symlink|unlink|rm|rmdir|truncate|ftruncate|fsync|fdatasync)(Sync)?$/;

/** Who may use them, and why. The wrapper of a process core (src/core/wrapper.ts) does the like in shell. */
const DURABLE_FILES: Readonly<Record<string, string>> = {
  'src/spool/durable.ts': 'is the place for it',
  'src/spool/lease.ts': 'locks are no state: they end with their process',
  'src/spool/lock-directory.ts': 'the same',
  'src/spool/open-studies.ts': 'notes that end with their process, as locks do',
  'src/spool/receiving-disk.ts': 'the same steps for receiving, where they are made by the hundred a second',
  'src/spool/shared-time.ts': 'the same: a folder that is made to be looked at',
  'src/spool/tickets.ts': 'tickets are no state: they are made anew from the jobs',
};

/** Names in the tree of docs/INTERNALS.md that only src/spool/layout.ts may make paths of. */
const STATE_FOLDERS =
  'site|archive|raw|temp|participants|jobs|outbox|commitment|asked|reported|locks|logs|rejected|\\.queue|\\.arrived|\\.claimed|\\.making';
const STATE_FILES = 'job|clock|core|attempt|result|failures|deliveries|delivery|held|transaction|rerun|data|descr|output';
const STATE_NAMES = new RegExp(
  `join\\([^)]*['\`/](${STATE_FOLDERS})['\`/]|['\`/]((${STATE_FILES})\\.json|(answers|arrivals)\\.jsonl)['\`]`);

const STATE_NAME_FILES: Readonly<Record<string, string>> = {
  'src/spool/layout.ts': 'is the place for it',
  'src/core/placeholders.ts': 'the files as a core sees them, which is a contract of its own',
};

/** A file of source without its comments. */
interface SourceFile {
  /** Below the checkout: `src/flow/stage/stage.ts`. */
  readonly path: string;
  readonly text: string;
  readonly code: string;
  /** What it imports, as written, static or not. */
  readonly imports: readonly string[];
}

const SOURCES = readSources('src');

function readSources(folder: string): SourceFile[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map((entry) => {
    const path = relative(ROOT, join(entry.parentPath, entry.name));
    const text = readFileSync(join(ROOT, path), 'utf8');
    const code = text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
    const imports = code.matchAll(/(?:(?<!')\bfrom|\bimport|\bimport\(|\bload\()\s*'([^']+)'/g);
    return { path, text, code, imports: [...imports].map(([, name = '']) => name) };
  });
}

const roomOf = (path: string): string => path.split('/')[1] ?? '';

/** The files of the checkout that a file imports. */
function filesUsedBy({ path, imports }: SourceFile): string[] {
  return imports.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(path), name)));
}

/** Lines of a file's code that a pattern fits, with the file's name. */
function linesThatFit(pattern: RegExp, files: readonly SourceFile[] = SOURCES): string[] {
  return files.flatMap(({ path, code }) => code.split('\n')
    .filter((line) => pattern.test(line)).map((line) => `${path}: ${line.trim()}`));
}

test('the rooms are those that the rules speak of', () => {
  assert.deepEqual([...new Set(SOURCES.map(({ path }) => roomOf(path)))].sort(), Object.keys(MAY_USE).sort());
});

test('rooms use those that they may and no others', () => {
  const broken = SOURCES.flatMap((file) => {
    const room = roomOf(file.path);
    const others = filesUsedBy(file).filter((used) => used.startsWith('src/') && roomOf(used) !== room);
    return others.filter((used) => used !== EVERYBODYS && !MAY_USE[room]?.includes(roomOf(used)))
      .map((used) => `${file.path} uses ${used}`);
  });
  assert.deepEqual(broken, []);
});

test('no rule allows what no file needs', () => {
  const used = new Set(SOURCES.flatMap((file) => filesUsedBy(file).map((path) => {
    return `${roomOf(file.path)} ${roomOf(path)}`;
  })));
  const spare = Object.entries(MAY_USE).flatMap(([room, others]) => others.map((other) => `${room} ${other}`))
    .filter((arrow) => !used.has(arrow) && !arrow.startsWith('commands '));
  assert.deepEqual(spare, []);
});

test('outside of src/, only package.json is imported', () => {
  const outside = SOURCES.flatMap((file) => filesUsedBy(file)).filter((path) => !path.startsWith('src/'));
  assert.deepEqual(outside, ['package.json']);
});

test('each npm package is imported in one room, and has its line in docs/dependencies.md', () => {
  const dependencies = readFileSync(join(ROOT, 'docs', 'dependencies.md'), 'utf8');
  const roomsOf = new Map<string, Set<string>>();
  for (const { path, imports } of SOURCES) {
    for (const name of imports.filter((one) => !one.startsWith('.') && !isBuiltin(one))) {
      const packageName = /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
      const room = roomOf(path) === 'cli.ts' ? 'commands' : roomOf(path); // the program's entry is a command's, too
      roomsOf.set(packageName, (roomsOf.get(packageName) ?? new Set()).add(room));
    }
  }
  for (const [name, rooms] of roomsOf) {
    assert.equal(rooms.size, 1, `${name} is imported in ${[...rooms].join(', ')}`);
    assert.ok(dependencies.includes(name), `${name} is not in docs/dependencies.md`);
  }
});

test('builtins are imported as such, files of ours with their extension, everything by name', () => {
  const wrong = SOURCES.flatMap(({ path, imports }) => imports.filter((name) => {
    if (name.startsWith('.')) return !/\.(ts|peggy|json)$/.test(name);
    return isBuiltin(name) && !name.startsWith('node:');
  }).map((name) => `${path} imports ${name}`));
  assert.deepEqual(wrong, []);
  assert.deepEqual(linesThatFit(/^export default/), []);
});

test('state is renamed, linked, removed and synced in one file only', () => {
  const callers = SOURCES.filter(({ code }) => {
    const names = [...code.matchAll(/import\s*\{([^}]*)\}\s*from 'node:fs(?:\/promises)?'/g)]
      .flatMap(([, list = '']) => list.split(',').map((name) => name.trim().split(' ')[0] ?? ''));
    const whole = /import\s+(?:\*|[a-zA-Z])[^{;]*from 'node:fs/.test(code); // would hide what is called
    return whole || names.some((name) => DURABLE_CALLS.test(name)) || /\.(data)?sync\(\)/.test(code);
  }).map(({ path }) => path);
  assert.deepEqual(callers.sort(), Object.keys(DURABLE_FILES));
});

test('paths of state are spelled in one file only', () => {
  const spelling = SOURCES.filter(({ code }) => STATE_NAMES.test(code)).map(({ path }) => path);
  const others = spelling.filter((path) => !path.startsWith('src/demo/example-core/')); // it is no part of the station
  assert.deepEqual(others.sort(), Object.keys(STATE_NAME_FILES).sort());
});

test('nobody ends the process, but for one who caught what nobody could', () => {
  const enders = linesThatFit(/process\.(exit|abort|reallyExit)\(/).map((line) => line.split(':')[0]);
  assert.deepEqual(enders, ['src/cli.ts']);
});

test('no error is swallowed unseen', () => {
  assert.deepEqual(linesThatFit(/\bcatch\s*\{|\.catch\(\(\)\s*=>\s*\{\s*\}\)/), []);
});

test('every file says first what it is for, and nothing is left to be done', () => {
  const silent = SOURCES.filter(({ text }) => !text.startsWith('// ') && !text.startsWith('#!'));
  assert.deepEqual(silent.map(({ path }) => path).filter((path) => !path.endsWith('.d.ts')), []);
  const undone = SOURCES.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text));
  assert.deepEqual(undone.map(({ path }) => path), []);
});

test('no file is named for being of use', () => {
  const vague = /(^|\/)(utils?|helpers?|services?|managers?|misc|common)(\.ts|\/)/;
  assert.deepEqual(SOURCES.map(({ path }) => path).filter((path) => vague.test(path)), []);
});

test('files are short', (t) => {
  const lengths = SOURCES.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines);
  const median = lengths[Math.floor(lengths.length / 2)]?.lines ?? 0;
  const long = lengths.filter(({ lines }) => lines > 200);
  const wide = SOURCES.flatMap(({ text }) => text.split('\n')).filter((line) => [...line].length > 120);
  t.diagnostic(`${lengths.length} files, median ${median} lines; over 200 lines: `
    + `${long.map(({ path, lines }) => `${path} ${lines}`).join(', ')}; ${wide.length} lines wider than 120`);
  assert.ok(median <= 80, `median ${median}`);
  assert.ok(long.length <= lengths.length / 30, 'too many files are long');
  assert.ok((lengths[0]?.lines ?? 0) <= 300, lengths[0]?.path);
});
