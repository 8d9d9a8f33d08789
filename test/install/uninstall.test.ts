// install.sh --uninstall: what goes, what stays, and in which order.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Installation, listTree, reasonToSkip, run, SILENCE } from './installation.ts';

describe('install.sh --uninstall', { skip: reasonToSkip() }, () => {
  let station: Installation;
  let entries: string;
  before(() => {
    station = new Installation();
    station.installSilenced();
    entries = station.readCrontab().slice(SILENCE.length);
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
    writeFileSync(join(station.datadir, 'site/kept'), 'an image');
    const tick = spawn('flock', [join(station.datadir, 'locks/cron-forward'), 'sh', '-c', 'echo up; read -r end']);
    await once(tick.stdout, 'data');
    const kept = [...listTree(station.config), ...listTree(station.datadir)];

    const uninstalling = spawn(join(station.checkout, 'install.sh'), [...station.options, '--uninstall']);
    const printed = text(uninstalling.stdout);
    while (run('pgrep', ['--full', `^flock -w .*${station.datadir}/locks/cron-forward`]).exitCode !== 0) {
      assert.equal(uninstalling.exitCode, null, 'it waits for the tick');
      await delay(50);
    }
    assert.ok(existsSync(station.prefix), 'the program stays as long as the tick runs');
    tick.stdin.end();
    const stdout = await printed;

    assert.ok(!existsSync(station.prefix) && !existsSync(station.versions), 'the program');
    assert.ok(!existsSync(join(station.bindir, 'dts')), 'the link');
    assert.equal(station.readCrontab(), SILENCE);
    assert.deepEqual([...listTree(station.config), ...listTree(station.datadir)], kept);
    assert.ok(station.hasUser());
    for (const remains of [`rm -r '${station.config}'`, `rm -r '${station.datadir}'`, `userdel -r ${station.user}`]) {
      assert.ok(stdout.includes(remains), remains);
    }
  });

  it('says so where nothing is installed, and what to type, and changes nothing', () => {
    const tree = listTree(station.folder);
    const { exitCode, stdout } = station.install('--uninstall');
    assert.equal(exitCode, 0);
    assert.ok(stdout.startsWith(`nothing is installed in ${station.prefix}, `), stdout);
    assert.match(stdout, /^  sudo \.\/install\.sh --uninstall --prefix DIR /m);
    assert.deepEqual(listTree(station.folder), tree);
  });

  it('removes a crontab that holds nothing else', () => {
    station.writeCrontab(entries);
    station.install('--uninstall');
    assert.equal(station.readCrontab(), '');
  });

  it('stops a receiver that was started by hand, and leaves the crontab alone with --no-crontab', async () => {
    station.installSilenced();
    const crontab = station.readCrontab();
    const receiver = await station.startReceiver();
    const ended = once(receiver, 'exit');
    const { exitCode, stdout } = station.install('--uninstall', '--no-crontab');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^stopped the receiver$/m);
    assert.deepEqual(await ended, [143, null]);
    assert.ok(!existsSync(join(station.datadir, 'locks/receiver.json')), 'in order');
    assert.ok(!existsSync(station.prefix));
    assert.equal(station.readCrontab(), crontab);
    assert.match(stdout, /^left alone: the crontab of /m);
  });

  it('names as kept only what there is', () => {
    rmSync(station.config, { recursive: true });
    assert.doesNotMatch(station.install('--uninstall').stdout, /configuration/);
  });
});
