// install.sh --uninstall: what goes, what stays, and in which order.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Installation, listTree, reasonToSkip } from './installation.ts';

describe('install.sh --uninstall', { skip: reasonToSkip() }, () => {
  let station: Installation;
  before(() => {
    station = new Installation();
    station.installWhole();
  });
  after(() => station.remove());

  it('says what it would remove, with --dry-run, and removes nothing', () => {
    const [tree, crontab] = [listTree(station.folder), station.readCrontab()];
    const { exitCode, stdout } = station.install('--uninstall', '--dry-run');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^would remove the program: /m);
    assert.deepEqual(listTree(station.folder), tree);
    assert.equal(station.readCrontab(), crontab);
  });

  it('removes program, link and entries when the last tick has ended, and keeps the rest', async () => {
    station.writeCrontab(`0 4 * * * /usr/bin/true\n${station.readCrontab()}`);
    writeFileSync(join(station.datadir, 'site/kept'), 'an image');
    const tick = spawn('flock', [join(station.datadir, 'locks/cron-forward'), 'sh', '-c', 'echo up; read -r end']);
    await once(tick.stdout, 'data');
    const kept = [...listTree(station.config), ...listTree(station.datadir)];

    const uninstalling = spawn(join(station.checkout, 'install.sh'), [...station.options, '--uninstall']);
    let stdout = '';
    for await (const text of uninstalling.stdout.setEncoding('utf8')) {
      stdout += text;
      if (!stdout.includes('stop what still runs') || tick.stdin.writableEnded) continue;
      assert.ok(existsSync(station.prefix), 'the program stays as long as a tick runs');
      tick.stdin.end();
    }

    assert.ok(!existsSync(station.prefix) && !existsSync(station.versions), 'the program');
    assert.ok(!existsSync(join(station.bindir, 'dts')), 'the link');
    assert.equal(station.readCrontab(), '0 4 * * * /usr/bin/true\n');
    assert.deepEqual([...listTree(station.config), ...listTree(station.datadir)], kept);
    assert.ok(station.hasUser());
    for (const remains of [`rm -r '${station.config}'`, `rm -r '${station.datadir}'`, `userdel -r ${station.user}`]) {
      assert.ok(stdout.includes(remains), remains);
    }
  });

  it('does nothing more when it is run again', () => {
    const tree = listTree(station.folder);
    assert.equal(station.install('--uninstall').exitCode, 0);
    assert.deepEqual(listTree(station.folder), tree);
  });

  it('removes a crontab that holds nothing else', () => {
    station.writeCrontab('');
    station.installWhole();
    station.install('--uninstall');
    assert.equal(station.readCrontab(), '');
  });
});
