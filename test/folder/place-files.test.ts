// Files are put into a lab's folders: where they come to lie, what is left alone, and what nobody can make the station do.

import assert from 'node:assert/strict';
import { renameSync, statSync, symlinkSync } from 'node:fs';
import {
  chmod, copyFile, mkdir, readFile, readdir, readlink, rename, stat, symlink, utimes, writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { FileToPlace } from '../../src/folder/placing.ts';
import { onSmallDisk, withSmallDisk } from '../rig/small-disk.ts';
import { fileTo, makeLab, told } from './lab.ts';

test('what is new appears with all its folders, and nothing else is left', async (t) => {
  const lab = await makeLab(t);
  const [one, two] = [await lab.source('1.dcm'), await lab.source('2.dcm')];
  assert.deepEqual(told(await lab.place([fileTo('P/S/1.dcm', one), fileTo('P/T/2.dcm', two)])), [
    'new P/S/1.dcm', 'new P/T/2.dcm',
  ]);
  assert.deepEqual(await lab.tree(), ['P/S/1.dcm', 'P/T/2.dcm']);
  assert.ok(await lab.holds('P/S/1.dcm', one) && await lab.holds('P/T/2.dcm', two));
});

test('what is there already with the same dataset stays as it is', async (t) => {
  const lab = await makeLab(t);
  const file = fileTo('P/1.dcm', await lab.source('1.dcm'));
  await lab.place([file]);
  const before = await stat(join(lab.root, 'P/1.dcm'));
  assert.deepEqual(told(await lab.place([file])), ['same P/1.dcm']);
  assert.equal((await stat(join(lab.root, 'P/1.dcm'))).ino, before.ino);
  assert.deepEqual(await lab.tree(), ['P/1.dcm']);
});

test('more of a study goes into its folders, new ones as a whole, beside what others have put there', async (t) => {
  const lab = await makeLab(t);
  const [one, two, three] = [await lab.source('1.dcm'), await lab.source('2.dcm'), await lab.source('3.dcm')];
  await lab.place([fileTo('P/S/1.dcm', one)]);
  await writeFile(join(lab.root, 'P/S/notes.txt'), 'ours');
  const more = [fileTo('P/S/1.dcm', one), fileTo('P/S/2.dcm', two), fileTo('P/T/3.dcm', three)];
  assert.deepEqual(told(await lab.place(more)), ['same P/S/1.dcm', 'new P/S/2.dcm', 'new P/T/3.dcm']);
  assert.deepEqual(await lab.tree(), ['P/S/1.dcm', 'P/S/2.dcm', 'P/S/notes.txt', 'P/T/3.dcm']);
});

test('another dataset of that name gets a number, once', async (t) => {
  const lab = await makeLab(t);
  const [one, two] = [await lab.source('1.dcm'), await lab.source('2.dcm')];
  await lab.place([fileTo('P/a.dcm', one)]);
  assert.deepEqual(told(await lab.place([fileTo('P/a.dcm', two)])), ['new P/a_2.dcm']);
  assert.deepEqual(told(await lab.place([fileTo('P/a.dcm', two)])), ['same P/a_2.dcm']);
  assert.ok(await lab.holds('P/a.dcm', one) && await lab.holds('P/a_2.dcm', two));
});

test('another dataset of that name is kept out, replaces, or fails, as is wanted', async (t) => {
  const lab = await makeLab(t);
  const [one, two] = [await lab.source('1.dcm'), await lab.source('2.dcm')];
  await lab.place([fileTo('P/a.dcm', one)]);
  assert.deepEqual(told(await lab.place([fileTo('P/a.dcm', two, { onCollision: 'keep' })])), ['kept P/a.dcm']);
  assert.deepEqual(told(await lab.place([fileTo('P/a.dcm', two, { onCollision: 'fail' })])), [{ kind: 'taken' }]);
  assert.ok(await lab.holds('P/a.dcm', one));
  assert.deepEqual(told(await lab.place([fileTo('P/a.dcm', two, { onCollision: 'replace' })])), ['new P/a.dcm']);
  assert.ok(await lab.holds('P/a.dcm', two));
  assert.deepEqual(await lab.tree(), ['P/a.dcm']);
});

test('files of one name are numbered in their order, and not over those of an earlier try', async (t) => {
  const lab = await makeLab(t);
  const [one, two, three] = [await lab.source('1.dcm'), await lab.source('2.dcm'), await lab.source('3.dcm')];
  const files = [one, two].map((file) => fileTo('P/a', file, { id: file, onCollision: 'replace' }));
  assert.deepEqual(told(await lab.place(files)), ['new P/a', 'new P/a_2']);
  assert.deepEqual(told(await lab.place(files)), ['same P/a', 'same P/a_2']);
  const last = fileTo('P/a', three, { onCollision: 'replace' });
  assert.deepEqual(told(await lab.place([last], {}, {}, [['P', 'a'], ['P', 'a_2']])), ['new P/a_3']);
});

test('nor over those of an earlier try in a folder that was told apart from another', async (t) => {
  const lab = await makeLab(t);
  const [one, two, three] = [await lab.source('1.dcm'), await lab.source('2.dcm'), await lab.source('3.dcm')];
  await lab.place([fileTo('Ab/S/x', one)]);
  const file = (source: string): FileToPlace => fileTo('AB/S/x', source, { id: source, onCollision: 'replace' });
  const [placed] = told(await lab.place([file(two)])) as string[];
  const earlier = placed?.replace('new ', '').split('/') ?? [];
  assert.deepEqual(told(await lab.place([file(three)], {}, {}, [earlier])), [`${placed}_2`]);
  assert.ok(await lab.holds(earlier.join('/'), two));
});

test('names that differ in case only are told apart: they would be one where labs mount the folder', async (t) => {
  const lab = await makeLab(t);
  const sources = await Promise.all([1, 2, 3, 4].map((number) => lab.source(`${number}.dcm`)));
  const [one = '', two = '', three = '', four = ''] = sources;
  await lab.place([fileTo('Ab/x', one)]);
  const placed = told(await lab.place([fileTo('aB/x', two), fileTo('Ab/y', three), fileTo('ab/Y', four)])) as string[];
  assert.match(placed[0] ?? '', /^new aB~[0-9a-f]{8}\/x$/);
  assert.equal(placed[1], 'new Ab/y');
  assert.match(placed[2] ?? '', /^new ab~[0-9a-f]{8}\/Y$/);
  assert.deepEqual(told(await lab.place([fileTo('aB/x', two)])), [placed[0]?.replace('new', 'same')]);
  const folded = (await readdir(lab.root)).map((name) => name.toLowerCase());
  assert.equal(new Set(folded).size, 3);
});

test('a link that somebody planted is not followed, and nothing is written through it', async (t) => {
  const lab = await makeLab(t);
  const outside = join(lab.folder, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'secret');
  await mkdir(join(lab.root, 'P'));
  await symlink(outside, join(lab.root, 'P', 'S'));
  await symlink(join(outside, 'secret'), join(lab.root, 'P', 'a.dcm'));
  await symlink(outside, join(lab.root, '.dts-placing-D1'));
  const one = await lab.source('1.dcm');
  const files = [fileTo('P/S/1.dcm', one), fileTo('P/a.dcm', one), fileTo('P/b/1.dcm', one)];
  assert.deepEqual(told(await lab.place(files)), [
    { kind: 'blocked', level: 2, by: 'file or link' }, 'new P/a_2.dcm', 'new P/b/1.dcm',
  ]);
  const replacing = fileTo('P/a.dcm', one, { onCollision: 'replace' });
  assert.deepEqual(told(await lab.place([replacing])), ['new P/a.dcm']);
  assert.ok(!(await stat(join(lab.root, 'P/a.dcm'))).isSymbolicLink());
  assert.deepEqual(await readdir(outside), ['secret']);
  assert.equal(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
});

test('a folder that is exchanged for a link in the middle leads nowhere else', async (t) => {
  const lab = await makeLab(t);
  const outside = join(lab.folder, 'outside');
  await mkdir(outside);
  await mkdir(join(lab.root, 'P', 'S'), { recursive: true });
  let turns = 0;
  const files = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
    return fileTo(`P/S/${index}.dcm`, await lab.source(`${index}.dcm`));
  }));
  const exchange = async (): Promise<void> => {
    await rename(join(lab.root, 'P', 'S'), join(lab.root, 'P', `moved ${turns}`));
    await symlink(outside, join(lab.root, 'P', 'S'));
  };
  const placed = await lab.place(files, {
    staged() {
      turns += 1;
      if (turns === 20) void exchange();
    },
  });
  assert.ok(Array.isArray(placed));
  assert.deepEqual(await readdir(outside), []);
});

test('whoever exchanges the hidden folder gets nothing written where they want it', {
  skip: process.getuid?.() !== 0 && 'needs root, to be somebody else',
}, async (t) => {
  const lab = await makeLab(t);
  const outside = join(lab.folder, 'outside');
  await mkdir(outside);
  const files = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
    return fileTo(`P/${index}.dcm`, await lab.source(`${index}.dcm`));
  }));
  let isExchanged = false;
  const exchange = async (): Promise<void> => {
    await rename(join(lab.root, '.dts-placing-D1'), join(lab.root, 'taken away'));
    await mkdir(join(lab.root, '.dts-placing-D1'));
    await symlink(outside, join(lab.root, '.dts-placing-D1', '1'));
  };
  const exchanged = { staged() { if (!isExchanged) void exchange(); isExchanged = true; } };
  assert.ok(Array.isArray(await lab.place(files, exchanged)));
  assert.deepEqual(await readdir(outside), []);
  assert.ok(await lab.holds('P/0.dcm', join(lab.folder, '0.dcm')));
});

test('what is no folder and no file is left alone', { timeout: 20_000 }, async (t) => {
  const lab = await makeLab(t);
  const one = await lab.source('1.dcm');
  await mkdir(join(lab.root, 'a.dcm'));
  await writeFile(join(lab.root, 'P'), 'a file');
  assert.deepEqual(told(await lab.place([fileTo('a.dcm', one), fileTo('P/1.dcm', one)])), [
    'new a_2.dcm', { kind: 'blocked', level: 1, by: 'file or link' },
  ]);
  assert.deepEqual(told(await lab.place([fileTo('a.dcm', one, { onCollision: 'replace' })])), [
    { kind: 'blocked', level: 1, by: 'file or link' },
  ]);
});

test('copies, hard links and symbolic links are made as wanted, and found the same again', async (t) => {
  const lab = await makeLab(t);
  const one = await lab.source('1.dcm');
  const files = (['copy', 'hardlink', 'symlink'] as const).map((copies) => {
    return fileTo(`P/${copies}.dcm`, one, { content: { file: one, copies } });
  });
  await lab.place(files);
  const [source, copy, hard] = await Promise.all([one, 'copy', 'hardlink'].map((name) => {
    return stat(name === one ? one : join(lab.root, `P/${name}.dcm`));
  }));
  assert.notEqual(copy?.ino, source?.ino);
  assert.equal(hard?.ino, source?.ino);
  assert.equal(await readlink(join(lab.root, 'P/symlink.dcm')), one);
  assert.deepEqual(told(await lab.place(files)), ['same P/copy.dcm', 'same P/hardlink.dcm', 'same P/symlink.dcm']);
});

test('links go into a folder that is there as they do into a new one', async (t) => {
  const lab = await makeLab(t);
  const one = await lab.source('1.dcm');
  await mkdir(join(lab.root, 'P'));
  await lab.place([fileTo('P/a', one, { content: { file: one, copies: 'symlink' } })]);
  assert.equal(await readlink(join(lab.root, 'P/a')), one);
});

test('where the lab is another file system, hard links become copies, and that is told', async (t) => {
  await onSmallDisk(t, 4, async (disk) => {
    const lab = await makeLab(t);
    const one = await lab.source('1.dcm');
    let copied = 0;
    const file = fileTo('P/1.dcm', one, { content: { file: one, copies: 'hardlink' } });
    const placed = await lab.place([file], { copiedInstead: () => { copied += 1; } }, { root: disk });
    assert.deepEqual(told(placed), ['new P/1.dcm']);
    assert.equal(copied, 1);
    assert.ok((await readFile(join(disk, 'P/1.dcm'))).equals(await readFile(one)));
  });
});

test('a folder that another disk is mounted on keeps out only what belongs there', async (t) => {
  const lab = await makeLab(t);
  await mkdir(join(lab.root, 'P'));
  await withSmallDisk(t, join(lab.root, 'P'), {}, async () => {
    await mkdir(join(lab.root, 'P', 'S'));
    const one = await lab.source('1.dcm');
    const blocked = { kind: 'blocked', level: 1, by: 'mount' };
    assert.deepEqual(told(await lab.place([fileTo('P/1.dcm', one), fileTo('P/T/1.dcm', one), fileTo('Q/1.dcm', one)])), [
      blocked, blocked, 'new Q/1.dcm',
    ]);
  });
});

test('a full disk is told, and nothing is left on it', async (t) => {
  await onSmallDisk(t, 1, async (disk) => {
    const lab = await makeLab(t);
    const small = await lab.source('1.dcm');
    const large = await lab.source('2.dcm', { pixels: Buffer.alloc(2_000_000) });
    const placed = await lab.place([fileTo('P/1.dcm', small), fileTo('P/2.dcm', large)], {}, { root: disk });
    assert.deepEqual(placed, { reason: 'space-short', path: disk });
    assert.deepEqual(await readdir(disk), []);
  });
});

test('a folder that is not there, or is not the disk that is meant, is told, and not made or filled', async (t) => {
  const lab = await makeLab(t);
  const files = [fileTo('P/1.dcm', await lab.source('1.dcm'))];
  const away = join(lab.folder, 'away');
  assert.deepEqual(await lab.place(files, {}, { root: away }), { reason: 'folder-missing', path: away });
  const file = join(lab.folder, '1.dcm');
  assert.deepEqual(await lab.place(files, {}, { root: file }), { reason: 'folder-missing', path: file });
  const circle = join(lab.folder, 'circle');
  await symlink(circle, circle);
  assert.deepEqual(await lab.place(files, {}, { root: circle }), { reason: 'folder-missing', path: circle });
  assert.deepEqual(await lab.place(files, {}, { mustContain: '.mounted' }), {
    reason: 'folder-unmarked', path: lab.root, name: '.mounted',
  });
  assert.deepEqual(await lab.tree(), []);
  await writeFile(join(lab.root, '.mounted'), '');
  assert.deepEqual(told(await lab.place(files, {}, { mustContain: '.mounted' })), ['new P/1.dcm']);
});

test('a folder that may not be written is told', { skip: process.getuid?.() === 0 && 'root may write anywhere' },
  async (t) => {
    const lab = await makeLab(t);
    await chmod(lab.root, 0o500);
    const placed = await lab.place([fileTo('P/1.dcm', await lab.source('1.dcm'))]);
    await chmod(lab.root, 0o700);
    assert.deepEqual(placed, { reason: 'folder-forbidden', path: lab.root, code: 'EACCES' });
  });

test('files and folders get the rights that are wanted, and folders go on passing on their group', async (t) => {
  const lab = await makeLab(t);
  const one = await lab.source('1.dcm');
  await lab.place([fileTo('P/1.dcm', one)], {}, { rights: { mode: 0o664, directoryMode: 0o2775 } });
  const modeOf = async (path: string): Promise<number> => (await stat(join(lab.root, path))).mode & 0o7777;
  assert.deepEqual([await modeOf('P'), await modeOf('P/1.dcm')], [0o2775, 0o664]);
  await chmod(lab.root, 0o2770);
  await lab.place([fileTo('Q/R/1.dcm', one)]);
  assert.deepEqual([await modeOf('Q'), await modeOf('Q/R'), await modeOf('Q/R/1.dcm')], [0o2750, 0o2750, 0o640]);
});

test('files and folders are given to a group', { skip: process.getuid?.() !== 0 && 'needs root' }, async (t) => {
  const lab = await makeLab(t);
  const gid = 23_456;
  await lab.place([fileTo('P/1.dcm', await lab.source('1.dcm'))], {}, {
    rights: { mode: 0o640, directoryMode: 0o2750, gid },
  });
  const given = await Promise.all(['P', 'P/1.dcm'].map((path) => stat(join(lab.root, path))));
  assert.deepEqual(given.map(({ gid: group }) => group), [gid, gid]);
  assert.equal((given[0]?.mode ?? 0) & 0o7777, 0o2750);
});

test('who wants an end gets one before anything is seen', async (t) => {
  const lab = await makeLab(t);
  const stop = new AbortController();
  const files = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
    return fileTo(`P/${index}.dcm`, await lab.source(`${index}.dcm`));
  }));
  assert.equal(await lab.place(files, { signal: stop.signal, staged: () => { stop.abort(); } }), 'stopped');
  assert.deepEqual(await lab.tree(), []);
});

test('a path that is longer than paths may be fails alone', async (t) => {
  const lab = await makeLab(t);
  const one = await lab.source('1.dcm');
  const long = Array.from({ length: 20 }, () => 'x'.repeat(230)).join('/');
  assert.deepEqual(told(await lab.place([fileTo(long, one), fileTo('P/1.dcm', one)])), [
    { kind: 'too-long' }, 'new P/1.dcm',
  ]);
});

test('what a crash has left is removed by the next try, what another is at work on is not', async (t) => {
  const lab = await makeLab(t);
  const left = ['.dts-placing-D1', '.dts-placing-old', '.dts-placing-busy'];
  for (const name of left) {
    await mkdir(join(lab.root, name, '1', 'P'), { recursive: true });
    await copyFile(await lab.source('1.dcm'), join(lab.root, name, '1', 'P', '1.dcm'));
  }
  const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(join(lab.root, '.dts-placing-old'), longAgo, longAgo);
  assert.deepEqual(told(await lab.place([fileTo('P/1.dcm', await lab.source('1.dcm'))])), ['new P/1.dcm']);
  assert.deepEqual(await lab.tree(), ['.dts-placing-busy/1/P/1.dcm', 'P/1.dcm']);
});

test('whoever exchanges what a crash has left for a link, while it is removed, gets nothing removed elsewhere', async (t) => {
  const lab = await makeLab(t);
  const outside = join(lab.folder, 'outside');
  const left = join(lab.root, '.dts-placing-D1');
  const names = Array.from({ length: 2000 }, (_, index) => `${index}.dcm`);
  for (const folder of [outside, left]) {
    await mkdir(join(folder, '1'), { recursive: true });
    for (const name of names) await writeFile(join(folder, '1', name), '');
  }
  const placing = lab.place([fileTo('P/1.dcm', await lab.source('1.dcm'))]);
  const filled = statSync(join(left, '1')).mtimeMs;
  while (statSync(join(left, '1'), { throwIfNoEntry: false })?.mtimeMs === filled) await setImmediate();
  renameSync(left, join(lab.root, 'taken away'));
  symlinkSync(outside, left);
  assert.deepEqual(told(await placing), ['new P/1.dcm']);
  assert.equal((await readdir(join(outside, '1'))).length, names.length);
});

test('a text is put there like a file', async (t) => {
  const lab = await makeLab(t);
  const mark = (text: string) => fileTo('P/.ready', '', { content: { text }, onCollision: 'replace' });
  assert.deepEqual(told(await lab.place([mark('one')])), ['new P/.ready']);
  assert.deepEqual(told(await lab.place([mark('one')])), ['same P/.ready']);
  assert.deepEqual(told(await lab.place([mark('two')])), ['new P/.ready']);
  assert.equal(await readFile(join(lab.root, 'P/.ready'), 'utf8'), 'two');
});

test('numbers are given once, also where others have some of them', async (t) => {
  const lab = await makeLab(t);
  const others = [await lab.source('901.dcm'), await lab.source('902.dcm')];
  await lab.place([fileTo('P/a', others[0] ?? ''), fileTo('P/a_2', others[1] ?? '')]);
  const sources = await Promise.all(Array.from({ length: 40 }, (_, index) => lab.source(`${index}.dcm`)));
  const files = sources.map((file) => fileTo('P/a', file, { id: file }));
  const placed = told(await lab.place(files)) as string[];
  assert.equal(new Set(placed).size, 40);
  assert.equal((await lab.tree()).length, 42);
  assert.deepEqual(told(await lab.place(files)), placed.map((text) => text.replace('new', 'same')));
  assert.equal((await lab.tree()).length, 42);
});

test('thousands of files take little memory, and are found the same again', async (t) => {
  const lab = await makeLab(t);
  const one = await lab.source('1.dcm', { pixels: Buffer.alloc(20_000) });
  const files = Array.from({ length: 3000 }, (_, index) => fileTo(`P/${index % 10}/${index}.dcm`, one));
  const before = process.memoryUsage.rss();
  assert.equal((told(await lab.place(files)) as string[]).filter((text) => text.startsWith('new')).length, 3000);
  assert.equal((told(await lab.place(files)) as string[]).filter((text) => text.startsWith('same')).length, 3000);
  const grown = process.memoryUsage.rss() - before;
  assert.ok(grown < 150 * 2 ** 20, `${Math.round(grown / 2 ** 20)} MiB`);
});
