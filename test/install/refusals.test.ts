// What install.sh does not do: what it is only asked about, what its options do not allow, what is not its own.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Installation, listTree, reasonToSkip, run } from './installation.ts';

const script = resolve(import.meta.dirname, '../../install.sh');
const names = ['demo', 'test', 'prefix', 'datadir', 'config', 'user', 'bindir', 'no-crontab', 'dry-run', 'uninstall'];

describe('the options of install.sh', () => {
  for (const [claim, options] of [
    ['an unknown option', ['--prefiks', '/opt/dts']],
    ['an option without its value', ['--prefix']],
    ['two modes at once', ['--demo', '--uninstall']],
    ['a directory that is not absolute', ['--datadir', 'data']],
    ['the root directory', ['--datadir', '/']],
    ['a directory with a quote in it', ['--datadir', "/data'; reboot; '"]],
    ['a directory with a percent sign, which cron takes for a line end', ['--datadir', '/data%']],
    ['a directory that climbs', ['--prefix', '/opt/../etc']],
    ['root as the user of the station', ['--user', 'root']],
    ['a user name with a space', ['--user', 'd t s']],
    ['a dry run of the demonstration', ['--demo', '--dry-run']],
  ] as const) {
    it(`refuse ${claim}`, () => {
      const finished = run(script, options);
      assert.equal(finished.exitCode, 64);
      assert.match(finished.stderr, /^install\.sh: error: .+\n$/);
      assert.equal(finished.stdout, '');
    });
  }

  for (const option of ['--prefix', '--datadir', '--config']) {
    for (const directory of ['/', '/usr', '/etc']) {
      it(`refuse ${option} ${directory}`, () => {
        const finished = run(script, [option, directory, '--dry-run']);
        assert.equal(finished.exitCode, 64);
        assert.ok(finished.stderr.startsWith(`install.sh: error: ${option} ${directory}: `), finished.stderr);
        assert.equal(finished.stdout, '');
      });
    }
  }

  for (const option of ['--datadir', '--config']) {
    it(`refuse ${option} in the program, which an upgrade replaces`, () => {
      for (const directory of ['/opt/none', '/opt/none/below', '/opt/none-versions/1/config']) {
        const finished = run(script, ['--prefix', '/opt/none', option, directory, '--dry-run']);
        assert.equal(finished.exitCode, 64, directory);
        assert.match(finished.stderr, /lies in the program/);
      }
    });
  }

  it('are all explained by --help, and by -h', () => {
    const { exitCode, stdout } = run(script, ['--help']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /EXIT STATUS/);
    for (const name of names) assert.match(stdout, new RegExp(`^  --${name} `, 'm'));
    assert.deepEqual(run(script, ['-h']), run(script, ['--help']));
  });
});

describe('install.sh before anything is installed', { skip: reasonToSkip() }, () => {
  let station: Installation;
  before(() => { station = new Installation(); });
  after(() => station.remove());

  it('needs root, and says what to type', () => {
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    const finished = run('setpriv', [...nobody, join(station.checkout, 'install.sh'), ...station.options]);
    assert.equal(finished.exitCode, 77);
    assert.match(finished.stderr, /needs root; type: sudo \.\/install\.sh/);
  });

  it('names every step with --dry-run, and does none', () => {
    const tree = listTree(station.folder);
    const { exitCode, stdout } = station.install('--dry-run');
    assert.equal(exitCode, 0);
    const { checkout, user, versions, bindir, datadir, config } = station;
    for (const object of [checkout, user, versions, bindir, datadir, config, 'crontab', 'dts check']) {
      assert.match(stdout, new RegExp(`^would .*${object}`, 'm'));
    }
    assert.deepEqual(listTree(station.folder), tree);
    assert.ok(!station.hasUser());
  });
});

describe('install.sh and what others own', { skip: reasonToSkip() }, () => {
  let station: Installation;
  before(() => { station = new Installation(); });
  after(() => station.remove());

  /** A refusal comes before the first change. */
  function assertRefused(...options: string[]): void {
    const tree = listTree(station.folder);
    const refused = station.install(...options);
    assert.equal(refused.exitCode, 64, refused.stdout);
    assert.deepEqual(listTree(station.folder), tree);
    assert.ok(!station.hasUser());
  }

  it('takes over no directory as its prefix that it did not make', () => {
    mkdirSync(join(station.folder, 'opt/theirs'), { recursive: true });
    assertRefused('--prefix', join(station.folder, 'opt/theirs'));
  });

  it('takes over no link as its prefix that leads elsewhere', () => {
    symlinkSync('/usr', join(station.folder, 'opt/link'));
    assertRefused('--prefix', join(station.folder, 'opt/link'));
  });

  it('takes over no data directory that holds something else', () => {
    mkdirSync(join(station.folder, 'home/alice'), { recursive: true });
    assertRefused('--datadir', join(station.folder, 'home'));
  });

  it('takes over no configuration directory that holds something else, to remove it neither', () => {
    const theirs = join(station.folder, 'etc');
    mkdirSync(join(theirs, 'ssh'), { recursive: true });
    assertRefused('--config', theirs);
    mkdirSync(station.versions, { recursive: true });
    symlinkSync(join(station.versions, '1'), station.prefix);
    assertRefused('--config', theirs, '--uninstall');
    run('rm', [station.prefix]);
  });

  it('takes a configuration directory that a site has filled before', () => {
    const filled = join(station.folder, 'filled');
    mkdirSync(filled);
    writeFileSync(join(filled, 'receiver.json'), '{}');
    assert.equal(station.install('--config', filled, '--dry-run').exitCode, 0);
  });

  it('builds in the checkout only, not from an installed copy', () => {
    const copy = join(station.folder, 'copy');
    mkdirSync(copy);
    run('cp', [join(station.checkout, 'install.sh'), copy]);
    const refused = run(join(copy, 'install.sh'), station.options);
    assert.equal(refused.exitCode, 64);
    assert.match(refused.stderr, /installed copy/);
  });

  it('leaves a command of the same name where it is, and says so', () => {
    const theirs = join(station.bindir, 'dts');
    mkdirSync(dirname(theirs));
    writeFileSync(theirs, 'theirs');
    assert.match(station.install('--dry-run').stdout, /^left alone: .*\/dts exists already/m);
  });
});
