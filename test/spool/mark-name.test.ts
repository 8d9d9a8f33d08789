import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsMarkName, formatMarkName, parseMarkName, type MarkAbout } from '../../src/spool/mark-name.ts';

const LONGEST_UID = `1.${'2'.repeat(62)}`;

const CT = { callingAETitle: 'CT1', calledAETitle: 'DTS', address: '10.0.0.1' };

const ABOUT: readonly MarkAbout[] = [
  { ...CT, StudyInstanceUID: '1.2.3' },
  { ...CT, StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.4' },
  { callingAETitle: 'CT ROOM 1', calledAETitle: 'scp_1.2', address: 'fe80::1%eth0', StudyInstanceUID: LONGEST_UID },
  { ...CT, callingAETitle: '../../etc', calledAETitle: '', StudyInstanceUID: '0', SeriesInstanceUID: LONGEST_UID },
  { callingAETitle: 'RÖNTGEN\t%41', calledAETitle: '.', address: '-', StudyInstanceUID: '1.2.3' },
];

test('a name says what it was made of', () => {
  assert.equal(formatMarkName(ABOUT[0]!), 'CT1 DTS 10.0.0.1 scp_1.2.3');
  assert.equal(formatMarkName(ABOUT[1]!), 'CT1 DTS 10.0.0.1 scp_1.2.3 1.2.3.4');
  for (const about of ABOUT) {
    const name = formatMarkName(about);
    assert.deepEqual(parseMarkName(name), about);
    assert.doesNotMatch(name, /\/|^\./);
  }
});

test('what is no name of a mark parses to nothing', () => {
  for (const name of [
    '', 'CT1', 'CT1 DTS 10.0.0.1', 'CT1 DTS 10.0.0.1 1.2.3', 'CT1 DTS 10.0.0.1 scp_', 'CT1 DTS 10.0.0.1 scp_..',
    'CT1 DTS 10.0.0.1 scp_1.2.3 x', 'CT1 DTS 10.0.0.1 scp_1.2.3 1.2 1.2', 'CT1  10.0.0.1 scp_1.2.3',
    ' DTS 10.0.0.1 scp_1.2.3', 'CT1 DTS 10.0.0.1 scp_1.2.3 ', 'CT1 DTS 10.0.0.1  scp_1.2.3',
  ]) {
    assert.equal(parseMarkName(name), undefined, name);
  }
});

test('a sender whose marks would pass 255 bytes does not fit', () => {
  const address = '2001:db8:1111:2222:3333:4444:5555:6666';
  assert.equal(fitsMarkName({ callingAETitle: 'SIXTEEN_LETTERS_', calledAETitle: 'SIXTEEN_LETTERS_', address }), true);
  assert.equal(fitsMarkName({ callingAETitle: 'Ö'.repeat(16), calledAETitle: 'DTS', address }), false);
  const sender = { callingAETitle: '+'.repeat(16), calledAETitle: 'X'.repeat(16), address: '10.10.10.10' };
  assert.equal(fitsMarkName(sender), true);
  const longest = formatMarkName({ ...sender, StudyInstanceUID: LONGEST_UID, SeriesInstanceUID: LONGEST_UID });
  assert.ok(`.20260102T030405678Z ${longest}.actions`.length <= 255);
});
