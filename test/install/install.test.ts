// install.sh as an administrator meets it: for the first time, again, and with a newer program.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Installation, listTree, reasonToSkip, run, SILENCE, type Finished } from './installation.ts';

/** Stands in for a receiver: says that it is up, and ends with 7 when it is told to. */
const STAND_IN = 'process.once("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); console.log("up")';

describe('install.sh', { skip: reasonToSkip() }, () => {
  let station: Installation;
  let first: Finished;

  before(() => {
    station = new Installation();
    first = station.installSilenced();
  });
  after(() => station.remove());

  it('makes the user without a login, with ids for containers', () => {
    const entry = run('getent', ['passwd', station.user]).stdout;
    assert.match(entry, /:\/usr\/sbin\/nologin$/m);
    assert.match(readFileSync('/etc/subuid', 'utf8'), new RegExp(`^${station.user}:`, 'm'));
  });

  it('installs a program that its user can run and cannot change', () => {
    assert.equal(station.asUser(join(station.prefix, 'bin/dts'), '--help').exitCode, 0);
    const changeable = ['!', '-type', 'l', '(', '!', '-user', 'root', '-o', '-perm', '/022', ')'];
    assert.equal(run('find', [station.versions, ...changeable]).stdout, '');
  });

  it('leaves the packages out that only building needs', () => {
    assert.ok(existsSync(join(station.prefix, 'node_modules/dcmjs')));
    for (const builder of ['typescript', 'esbuild', '@types']) {
      assert.ok(!existsSync(join(station.prefix, 'node_modules', builder)), builder);
    }
  });

  it('links the command to where people type it', () => {
    assert.equal(station.asUser(join(station.bindir, 'dts'), '--help').exitCode, 0);
  });

  it('closes the data directory to everybody but its user and group', () => {
    for (const name of ['.', 'site', 'jobs', 'outbox', 'logs', 'locks', 'rejected']) {
      assert.equal(statSync(join(station.datadir, name)).mode & 0o7777, 0o750, name);
    }
    assert.equal(station.asUser('test', '-w', join(station.datadir, 'site')).exitCode, 0);
  });

  it('puts every sample into the configuration directory, closed to others', () => {
    const samples = readdirSync(join(station.checkout, 'config')).filter((name) => name.endsWith('.json'));
    assert.deepEqual(readdirSync(station.config).sort(), samples.sort());
    const open = run('find', [station.config, '-type', 'f', '-perm', '/037']);
    assert.equal(open.stdout, '');
  });

  it('fills the data directory into the samples', () => {
    for (const file of ['config.json', 'receiver.json']) {
      const text = readFileSync(join(station.config, file), 'utf8');
      assert.match(text, new RegExp(`"(datadir|DATADIR)": "${station.datadir}"`));
      assert.doesNotMatch(text, /: "\/data"/);
    }
  });

  it('puts one crontab line for each part of the station, with its paths filled in', () => {
    const commands = station.readCrontab().split('\n').filter((line) => line.startsWith('* * * * * '));
    assert.deepEqual(commands.map((line) => line.replace(/^.*bin\/dts' (\S+).*$/, '$1')),
      ['receive', 'scan-arrived', 'run-one-job', 'forward']);
    assert.doesNotMatch(station.readCrontab(), /@[A-Z]+@/);
  });

  it('says what `dts check` says, as its user', () => {
    const check = station.asUser(join(station.prefix, 'bin/dts'), 'check', '--config', station.config);
    assert.equal(first.exitCode, check.exitCode);
    assert.ok(first.stdout.includes(check.stdout.slice(0, check.stdout.indexOf('\n'))), first.stdout);
  });

  it('ends with the command to type next, also when the check finds nothing', () => {
    const file = join(station.config, 'config.json');
    const sample = readFileSync(file, 'utf8');
    for (const [text, exitCode, next] of [[sample, 0, 'status'], ['{ "timeout": "soon" }', 78, 'check']] as const) {
      writeFileSync(file, text);
      const finished = station.install();
      assert.equal(finished.exitCode, exitCode, finished.stdout);
      const command = join(station.bindir, 'dts').replaceAll(' ', '\\ ');
      assert.equal(finished.stdout.split('\n').at(-2), `  sudo -u ${station.user} ${command} ${next}`);
    }
    writeFileSync(file, sample);
  });

  it('remembers its configuration, which the command then needs not be told', () => {
    const shown = station.asUser(join(station.bindir, 'dts'), 'config', 'show');
    assert.equal(JSON.parse(shown.stdout).directory, station.config);
  });

  it('does not fall back to the samples when its configuration is gone', () => {
    const away = `${station.config} away`;
    renameSync(station.config, away);
    const { exitCode, stderr } = station.asUser(join(station.bindir, 'dts'), 'status');
    renameSync(away, station.config);
    assert.equal(exitCode, 78);
    assert.ok(stderr.startsWith(`${station.config}:1:1: the directory cannot be read (found ENOENT`), stderr);
  });

  it('changes nothing when it is run again', () => {
    const [tree, crontab] = [listTree(station.folder), station.readCrontab()];
    station.installWhole();
    assert.deepEqual(listTree(station.folder), tree);
    assert.equal(station.readCrontab(), crontab);
    assert.equal(station.version(), join(station.versions, '1'), 'nor did the runs before');
  });

  it('keeps the other lines of the crontab in order, and puts its own last', () => {
    const own = station.readCrontab().slice(SILENCE.length);
    const above = `${SILENCE}MAILTO=pacs@example.org\n# theirs\n0 4 * * * /usr/bin/true\n`;
    const below = '5 4 * * * /usr/bin/false\n';
    station.writeCrontab(above + own + below);
    station.installWhole();
    assert.equal(station.readCrontab(), above + below + own);
  });

  it('touches no crontab whose markers are damaged, and says so', () => {
    const whole = station.readCrontab();
    const damaged = whole.replace(/^# <<<.*\n/m, '');
    station.writeCrontab(damaged);
    const refused = station.install();
    assert.equal(refused.exitCode, 65);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /lost one of the lines/);
    assert.equal(station.readCrontab(), damaged);
    station.writeCrontab(whole);
  });

  it('leaves the crontab alone with --no-crontab', () => {
    const whole = station.readCrontab();
    station.writeCrontab(SILENCE);
    station.installWhole('--no-crontab');
    assert.equal(station.readCrontab(), SILENCE);
    station.writeCrontab(whole);
  });

  it('keeps a configuration that was edited, adds the file that is missing', () => {
    const edited = join(station.config, 'config.json');
    const missing = join(station.config, 'classify_rules.json');
    const [before, sample] = [readFileSync(edited, 'utf8'), readFileSync(missing, 'utf8')];
    appendFileSync(edited, '\n\n');
    run('rm', [missing]);
    station.installWhole();
    assert.equal(readFileSync(edited, 'utf8'), `${before}\n\n`);
    assert.equal(readFileSync(missing, 'utf8'), sample);
  });

  it('says so where the configuration names another data directory', () => {
    const other = join(station.folder, 'other');
    const finished = station.install('--datadir', other, '--dry-run');
    assert.ok(finished.stdout.includes(`config.json says ${station.datadir} and not ${other}`), finished.stdout);
  });

  it('changes no owner below the first level of the data directory', () => {
    const study = join(station.datadir, 'site/archive/scp_1.2');
    mkdirSync(study, { recursive: true });
    writeFileSync(join(study, '1.2.3.dcm'), 'as it came', { mode: 0o600 });
    const tree = listTree(study);
    station.installWhole();
    assert.deepEqual(listTree(study), tree);
  });

  it('swaps the program as a whole, and keeps the one before for what still runs from it', () => {
    const old = station.version();
    const oldProgram = listTree(old);
    appendFileSync(join(station.checkout, 'README.md'), '\nA newer version.\n');
    station.installWhole();
    assert.notEqual(station.version(), old);
    assert.match(readFileSync(join(station.prefix, 'README.md'), 'utf8'), /A newer version\.\n$/);
    assert.deepEqual(listTree(old), oldProgram);
  });

  it('keeps no more than the version before, and nothing half-made', () => {
    mkdirSync(join(station.versions, '.staging/bin'), { recursive: true });
    const old = station.version();
    appendFileSync(join(station.checkout, 'README.md'), '\nNewer still.\n');
    station.installWhole();
    assert.deepEqual(readdirSync(station.versions).map((name) => join(station.versions, name)).sort(),
      [old, station.version()].sort());
  });

  it('stops the receiver of the version before, so that cron starts the new one', async () => {
    const lock = join(station.datadir, 'locks/cron-receive');
    const receiver = spawn('runuser', ['-u', station.user, '--', 'flock', '-n', '-o', lock, 'node', '-e', STAND_IN]);
    await once(receiver.stdout, 'data');
    appendFileSync(join(station.checkout, 'README.md'), '\nThe newest.\n');
    const ended = once(receiver, 'exit');
    assert.match(station.installWhole().stdout, /^stopped the receiver$/m);
    assert.equal((await ended)[0], 7);
  });

  it('stops the receiver of a site, too, which has a data directory of its own', async () => {
    const file = join(station.config, 'receiver.json');
    const before = readFileSync(file, 'utf8');
    const datadir = join(station.folder, 'data of PROJ');
    writeFileSync(file, before.replace(/\{/, `{ "SITES": { "PROJ": { "DICOMPORT": 11119, "DATADIR": "${datadir}" } },`));
    mkdirSync(join(datadir, 'locks'), { recursive: true });
    run('chown', ['-R', station.user, datadir]);
    const lock = join(datadir, 'locks/cron-receive-PROJ');
    const receiver = spawn('runuser', ['-u', station.user, '--', 'flock', '-n', '-o', lock, 'node', '-e', STAND_IN]);
    await once(receiver.stdout, 'data');
    appendFileSync(join(station.checkout, 'README.md'), '\nNewer than the newest.\n');
    const ended = once(receiver, 'exit');
    const { stdout } = station.install();
    writeFileSync(file, before);
    assert.match(stdout, /^stopped the receiver$/m);
    assert.equal((await ended)[0], 7);
  });

  it('tells of a receiver that was started by hand, and leaves it to whom it belongs', async () => {
    const receiver = await station.startReceiver();
    appendFileSync(join(station.checkout, 'README.md'), '\nThe very newest.\n');
    const { stdout } = station.installWhole();
    const pid = /^note: the receiver that was started by hand .* sudo kill (\d+), /m.exec(stdout)?.[1];
    assert.equal(receiver.exitCode, null);
    const ended = once(receiver, 'exit');
    process.kill(Number(pid ?? assert.fail(stdout)));
    assert.deepEqual(await ended, [143, null]);
  });

  it('lets only one installation at a time into a prefix', async () => {
    const other = spawn('flock', [station.versions, 'sh', '-c', 'echo held; read -r answer']);
    await once(other.stdout, 'data');
    const tree = listTree(station.versions);
    const refused = station.install();
    other.stdin.end();
    await once(other, 'exit');
    assert.equal(refused.exitCode, 75);
    assert.deepEqual(listTree(station.versions), tree);
  });
});
