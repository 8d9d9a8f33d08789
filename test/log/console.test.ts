import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConsole, withConsole } from '../../src/log/console.ts';
import type { StationEvent } from '../../src/log/event.ts';
import { EVENTS } from './events.ts';

/** What a console with these words writes. */
function told(verbose: boolean, ...messages: (readonly ['info' | 'warning' | 'error', string])[]): string {
  let written = '';
  const console = openConsole('scan-arrived', verbose, { write: (text) => { written += text; } });
  for (const [level, text] of messages) console.message(level, text);
  return written;
}

test('warnings and errors are always told, the normal course when asked', () => {
  assert.equal(told(false, ['info', 'a'], ['warning', 'b'], ['error', 'c']),
    'dts scan-arrived: warning: b\ndts scan-arrived: error: c\n');
  assert.equal(told(true, ['info', 'a']), 'dts scan-arrived: info: a\n');
});

test('whatever the network says, a message stays one line that leaves the terminal alone', () => {
  assert.equal(told(false, ['error', 'AE \u001b]0;owned\u0007 "\n\r\t\u0000\u007f\u009b1m\u2028Ø 山 😀']),
    'dts scan-arrived: error: AE \\x1b]0;owned\\x07 "\\x0a\\x0d\\x09\\x00\\x7f\\x9b1m\\u2028Ø 山 😀\n');
});

test('an event is logged and told', () => {
  const logged: StationEvent[] = [];
  let written = '';
  const console = openConsole('forward', false, { write: (text) => { written += text; } });
  const events = withConsole({ write: (event) => { logged.push(event); } }, console);
  const [failed, made] = [EVENTS['job-failed'].example, EVENTS['job-made'].example];
  events.write(made);
  events.write(failed);
  assert.deepEqual(logged, [made, failed]);
  assert.match(written, /^dts forward: error: job 2026\S+: failed: .*\n$/);
});
