import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../src/config/format-problems.ts';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const pacs = { AETitle: 'PACS', IP: '10.0.0.1', PORT: 104 };

const filesWith = (transferSyntaxes: unknown) => ({
  'config.json': { Streams: [streamWith({ destination: [{ ...pacs, transferSyntaxes }] })] },
});

test('transfer syntaxes are named by UID or by the keyword of the standard, private ones by UID', async (t) => {
  const words = ['JPEGLosslessSV1', '1.2.840.10008.1.2.1', '1.2.752.1', 'ImplicitVRLittleEndian'];
  const { configuration } = await load(t, filesWith(words));
  const [destination] = configuration.destinations;
  assert.ok(destination?.type === 'dicom');
  assert.deepEqual(destination.transferSyntaxes, [
    '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.1', '1.2.752.1', '1.2.840.10008.1.2',
  ]);
});

test('a destination without the key gets whatever it accepts', async (t) => {
  const { configuration } = await load(t, { 'config.json': { Streams: [streamWith({ destination: [pacs] })] } });
  const [destination] = configuration.destinations;
  assert.ok(destination?.type === 'dicom');
  assert.equal(destination.transferSyntaxes, undefined);
});

test('what is no transfer syntax is told with what is', async (t) => {
  for (const wrong of [['ExplicitVRLitleEndian'], ['1.2.840.10008.1.2.11'], [''], [12], [], 'JPEG2000']) {
    const [problem = '', ...others] = await problemsOf(t, filesWith(wrong));
    assert.match(problem, /^config\.json:\d+:\d+: .*transferSyntaxes/, JSON.stringify(wrong));
    assert.deepEqual(others, []);
  }
});

test('a list that nothing can be converted to is a warning, and so is one that repeats itself', async (t) => {
  const warningsOf = async (...transferSyntaxes: string[]) => {
    return (await load(t, filesWith(transferSyntaxes))).notes.map((note) => formatProblem(note));
  };
  const [nothing = ''] = await warningsOf('JPEGLosslessSV1', 'RLELossless');
  assert.match(nothing, /transferSyntaxes.*nothing can be converted to these/);
  const [again = ''] = await warningsOf('ExplicitVRLittleEndian', '1.2.840.10008.1.2.1');
  assert.match(again, /transferSyntaxes\[1\].*stands there before/);
  assert.deepEqual(await warningsOf('JPEGLosslessSV1', 'ExplicitVRLittleEndian'), []);
});
