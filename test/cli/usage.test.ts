import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '../../src/commands/table.ts';
import { makeStation, runProgram, ROOT } from '../rig/station.ts';
import { listTree } from './listing.ts';
import { join } from 'node:path';

/** What is wrong, and what the one line on stderr says about it. */
const MISTAKES: readonly (readonly [words: string, said: RegExp])[] = [
  ['jobs lst', /there is no jobs lst; did you mean list\?/],
  ['jobs --stat failed', /unknown option '--stat'; did you mean --state\?/],
  ['jobs --state faild', /there is no state faild; did you mean failed\?/],
  ['jobs list 20261120T081530123Z', /list takes filters, not JobIds/],
  ['jobs show', /a JobId is needed; dts jobs list shows them/],
  ['jobs show 20261120T081530123Z-AICore-1a2b3c4d', /there is no job 20261120T081530123Z-AICore-1a2b3c4d/],
  ['jobs show ../../config', /there is no job \.\.\/\.\.\/config/],
  ['jobs retry', /needs a JobId or a filter/],
  ['jobs retry --state failed --from stagin', /there is no step to retry from, stagin; did you mean staging\?/],
  ['jobs show JOB --dry-run', /--dry-run is for retry, cancel, hold and release, not for show/],
  ['jobs cancel --state failed --from staging', /--from is for jobs retry, not for jobs cancel/],
  ['jobs --since yesterday', /'yesterday' is invalid\. It takes 2h, 3d, a date/],
  ['jobs --since 2026-11-40', /'2026-11-40' is invalid/],
  ['deliveries shw', /there is no deliveries shw; did you mean show\?/],
  ['deliveries cancel', /needs a DeliveryId or a filter/],
  ['deliveries show .', /there is no delivery \./],
  ['forward a b', /one DeliveryId at a time, or files with --to/],
  ['forward nothing', /there is no delivery nothing/],
  ['forward --to PACS', /--to needs files or folders/],
  ['forward --to PACS /etc/hostname', /there is no destination PACS \(there are: none\)/],
  ['forward one --for 5s', /--for does not go together with a DeliveryId or files/],
  ['run-one-job --wait', /--wait needs a JobId/],
  ['run-one-job --all JOB', /--all and a JobId do not go together/],
  ['run-one-job JOB', /there is no job JOB/],
  ['run-one-job JOB --dry-run', /there is no job JOB/],
  ['run-one-job JOB --for 5s', /--for does not go together with a JobId/],
  ['run-one-job --for 5x', /'5x' is invalid\. A duration is a number above 0/],
  ['scan-arrived --for 0', /'0' is invalid/],
  ['scan-arrived --every 4s', /--every needs --for/],
  ['receive NOWHERE', /there is no site NOWHERE/],
  ['scan-arrived --site NOWHERE', /there is no site NOWHERE \(there are: none\)/],
  ['jobs --site NOWHERE', /there is no site NOWHERE/],
  ['explain nothing-of-that-name', /is no StudyInstanceUID, no JobId, no DeliveryId, no file and no folder/],
  ['log --level inf', /there is no level inf; did you mean info\?/],
  ['config shw', /there is no config shw; did you mean show\?/],
  ['config init', /init needs the directory to write to/],
  ['echo PACS', /there is no destination PACS/],
  ['echo', /missing required argument 'destination'/],
  ['select x', /give a statement by --statement or --stream/],
  ['select --statement everything /no/such/folder', /there is no file or folder \/no\/such\/folder/],
];

for (const [words, said] of MISTAKES) {
  test(`dts ${words} is wrong use: one line that says what to do, nothing touched`, async (t) => {
    const station = await makeStation(t);
    const before = await listTree(station.root);
    const { status, stdout, stderr } = await station.dts(words.split(' '));
    assert.deepEqual([status, stdout], [64, ''], stderr);
    assert.match(stderr, said);
    const [name = ''] = words.split(' ');
    assert.match(stderr, new RegExp(`^dts ${name}: error: [^\n]*; dts ${name} --help tells more\n$`));
    assert.deepEqual(await listTree(station.root), before);
  });
}

for (const { name } of COMMANDS) {
  test(`dts ${name} refuses an option that it does not have`, async (t) => {
    const station = await makeStation(t);
    const before = await listTree(station.root);
    const required = name === 'select' ? ['--statement', 'everything'] : [];
    const { status, stdout, stderr } = await station.dts([name, ...required, '--verbos']);
    assert.deepEqual([status, stdout], [64, '']);
    assert.match(stderr, /unknown option '--verbos'; did you mean --verbose\?/);
    assert.deepEqual(await listTree(station.root), before);
  });
}

for (const name of ['scan-arrived', 'status', 'log', 'check', 'demo']) {
  test(`dts ${name} refuses an argument, as it takes none`, async (t) => {
    const station = await makeStation(t);
    const { status, stderr } = await station.dts([name, 'extra']);
    assert.equal(status, 64);
    assert.match(stderr, /^dts \S+: error: too many arguments for /);
  });
}

test('a mistyped command is wrong use and the right one is suggested', async () => {
  const { status, stdout, stderr } = await runProgram(process.execPath, [join(ROOT, 'bin', 'dts'), 'jobz']);
  assert.deepEqual([status, stdout], [64, '']);
  assert.equal(stderr, "dts: error: unknown command 'jobz'; did you mean jobs?; "
    + 'dts --help lists the commands, whose options stand behind their names\n');
});
