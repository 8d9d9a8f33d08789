import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findStarted } from '../../src/flow/check/check-crontab.ts';
import { ROOT } from '../rig/station.ts';

/** What lines start, as `receive PROJ`. */
function started(...lines: string[]): string[] {
  return findStarted(lines.join('\n'), ['PROJ', 'two words']).map(({ command, site }) => {
    return site === undefined ? command : `${command} ${site}`;
  });
}

const ALL = ['receive', 'scan-arrived', 'run-one-job', 'forward'];

test('the shipped crontab starts the four commands of the station, and with its comments taken away those of a site', () => {
  const shipped = readFileSync(join(ROOT, 'crontab', 'dts.crontab'), 'utf8');
  assert.deepEqual(started(shipped), ALL);
  const ofSite = shipped.split('\n').filter((line) => line.startsWith('#*')).map((line) => line.slice(1));
  assert.deepEqual(started(...ofSite), ALL.map((command) => `${command} PROJ`));
});

test('a command is that of the site that it names', () => {
  assert.deepEqual(started(
    '* * * * * dts receive', '* * * * * /opt/dts/bin/dts receive PROJ', "* * * * * '/opt/d t s/bin/dts' receive 'two words'",
    '* * * * * dts scan-arrived --for 5s --site=PROJ', '* * * * * "/x/dts"  forward --site "two words" --for 5s',
  ), ['receive', 'receive PROJ', 'receive two words', 'scan-arrived PROJ', 'forward two words']);
});

test('where output goes, other sites and what is commented out is no site', () => {
  assert.deepEqual(started(
    '* * * * * dts receive >>/var/log/receive 2>&1', '* * * * * dts scan-arrived PROJ', '# * * * * * dts forward',
    "* * * * * dts run-one-job --all 2>'/tmp/it''", '* * * * * dts receiver', '* * * * * echo receive',
  ), ['receive', 'scan-arrived', 'run-one-job']);
});
