// Patterns mean what they mean to Python: each is tried there, too, where Python is installed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { compileSearchPattern, isFoundIn } from '../../src/config/search-pattern.ts';
import { requirePeer } from '../rig/peers.ts';

const TEXTS = [
  '', 'a', 'CT', 'ct thorax', 'Thörax', 'été 12', '٣ mm', '12', 'a_b', 'x\u00a0y', 'x y', 'a\nb', '[', ']', 'a-b', '{,2}', 'Abdomen^Leber',
  'SCOUT', 'scout view', '1.2.840.10008.5.1.4.1.1.2', '日本', 'a\\b',
];

const PATTERNS = [
  '', 'a^', '^$', 'ct', '(?i)ct', '(?i)THÖRAX', '\\d', '^\\d+$', '^\\D+$', '\\w\\s\\w', '^\\w+$', '\\W', '\\S\\s\\S', '[\\d.]{3}',
  '[\\w-]+\\Z', '^[^\\w]', '\\Acts?', '(?P<part>thorax|scout)', '(?:a|b)_', 'a{,2}b', '[[]', '[]]', '[^]]', '[\\s\\S]\\n', '[\\w\\W]{3}',
  '(?s)a.b', '(?m)^b', 'a.b', '1\\.2\\.(?#a comment)840', '(?a)^\\w+$', '(?ia)thörax', '\\\\', 'é', '[à-ü]', 'Leber$', '\\x41', '\\.',
];

/** Refused: what RE2 cannot do, or what would mean something else. */
const REFUSED = ['(?=a)', '(?!a)', '(?<=a)b', '(?<!a)b', '(a)\\1', '(?P<x>a)(?P=x)', '(?x) a b', '[\\W_]', '[^\\S ]', '(', '[a', '*', 'a++'];

test('a pattern is found where Python finds it', (t) => {
  if (!requirePeer(t, 'python3')) return;
  const script = `import json, re, sys
texts, patterns = json.load(sys.stdin)
print(json.dumps([[bool(re.search(p, x)) for x in texts] for p in patterns]))`;
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script],
    { input: JSON.stringify([TEXTS, PATTERNS]), encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf8' } });
  assert.equal(status, 0, stderr);
  const wanted = JSON.parse(stdout) as boolean[][];
  PATTERNS.forEach((source, index) => {
    const compiled = compileSearchPattern(source);
    assert.ok(compiled.kind === 'pattern', `${source}: ${JSON.stringify(compiled)}`);
    TEXTS.forEach((text, place) => {
      assert.equal(compiled.matches(text), wanted[index]?.[place], `${JSON.stringify(source)} in ${JSON.stringify(text)}`);
    });
  });
});

for (const source of REFUSED) {
  test(`${source} is refused with a reason`, () => {
    const compiled = compileSearchPattern(source);
    assert.ok(compiled.kind === 'problem' && compiled.message.length > 5, JSON.stringify(compiled));
  });
}

test('a pattern that was never checked is a bug where it is used', () => {
  assert.throws(() => isFoundIn('(', 'a'), /was never checked/);
});

test('no pattern stalls on any text', () => {
  const begun = performance.now();
  assert.equal(isFoundIn('(a+)+$', `${'a'.repeat(50_000)}b`), false);
  assert.ok(performance.now() - begun < 5000);
});
