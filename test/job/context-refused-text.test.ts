import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextRefusedText } from '../../src/job/context-refused-text.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const BASELINE = '1.2.840.10008.1.2.4.50';
const VIDEO = '1.2.840.10008.1.2.4.103';
const refused = { reason: 'context-refused', SOPClassUID: CT } as const;

test('a SOP Class that is not taken is told as that, whatever it was proposed in', () => {
  const plain = { ...refused, TransferSyntaxUID: EXPLICIT, proposed: [EXPLICIT, IMPLICIT] };
  const text = contextRefusedText({ ...plain, classRefused: true });
  assert.equal(text, `the destination does not take SOP Class ${CT} at all; have it accepted there`);
});

test('it names what was proposed, what is taken instead, and what can be done', () => {
  assert.equal(
    contextRefusedText({ ...refused, TransferSyntaxUID: EXPLICIT, proposed: [EXPLICIT, IMPLICIT], accepted: [BASELINE] }),
    `the destination takes no ${CT} in Explicit VR Little Endian (${EXPLICIT}), nor in Implicit VR Little Endian `
      + `(${IMPLICIT}), which it can be converted to; it takes JPEG Baseline (Process 1) (${BASELINE}); have one of them `
      + 'accepted there',
  );
});

test('of what was compressed with loss it says how it is decompressed, of a video that nothing can be done', () => {
  const baseline = { ...refused, TransferSyntaxUID: BASELINE, proposed: [BASELINE] };
  const lossy = contextRefusedText({ ...baseline, accepted: [EXPLICIT] });
  assert.match(lossy, /; it takes Explicit VR Little Endian .*naming what to in the destination's transferSyntaxes$/);
  const video = contextRefusedText({ ...refused, TransferSyntaxUID: VIDEO, proposed: [VIDEO] });
  assert.match(video, /nothing that can be converted$/);
});

test('where nothing but one context was asked for, it says no more', () => {
  const text = contextRefusedText({ ...refused, SOPClassUID: '1.2.840.10008.1.1', TransferSyntaxUID: IMPLICIT });
  assert.equal(text, `the destination takes no 1.2.840.10008.1.1 in Implicit VR Little Endian (${IMPLICIT})`);
});
