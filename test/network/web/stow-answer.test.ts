import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNativeDicomModel } from '../../../src/network/web/native-dicom-model.ts';
import { parseStowAnswer } from '../../../src/network/web/stow-answer.ts';

const item = (UID: string, more: object = {}) => ({ '00081155': { vr: 'UI', Value: [UID] }, ...more });
const referenced = (...items: object[]) => ({ '00081199': { vr: 'SQ', Value: items } });
const failed = (...items: object[]) => ({ '00081198': { vr: 'SQ', Value: items } });

const entriesOf = async (text: string) => [...await parseStowAnswer(text) ?? []];

test('reads what is stored, with its warning, and what has failed, with its reason', async () => {
  const answer = {
    ...referenced(item('1.1'), item('1.2', { '00081196': { vr: 'US', Value: [45056] } })),
    ...failed(item('1.3', { '00081197': { vr: 'US', Value: [43264] } }), item('1.4')),
  };
  const entries = [['1.1', 0], ['1.2', 0xb000], ['1.3', 0xa900], ['1.4', 0x0110]];
  assert.deepEqual(await entriesOf(JSON.stringify(answer)), entries);
  assert.deepEqual(await entriesOf(`\uFEFF \n[${JSON.stringify(answer)}]`), entries);
});

test('takes numbers that stand as texts, and UIDs with their padding', async () => {
  const answer = failed(item('1.3\0', { '00081197': { vr: 'US', Value: ['43264'] } }));
  assert.deepEqual(await entriesOf(JSON.stringify(answer)), [['1.3', 0xa900]]);
});

test('an instance that is named as stored and as failed has failed', async () => {
  assert.deepEqual(await entriesOf(JSON.stringify({ ...referenced(item('1')), ...failed(item('1')) })), [['1', 0x0110]]);
});

test('reasons that are no status count as none', async () => {
  for (const reason of [-1, 70_000, 1.5, 'full', null, {}]) {
    const answer = { ...failed(item('1', { '00081197': { vr: 'US', Value: [reason] } })) };
    assert.deepEqual(await entriesOf(JSON.stringify(answer)), [['1', 0x0110]], String(reason));
  }
});

test('values of every other shape name nobody and break nothing', async () => {
  const shapes: unknown[] = [null, 1, 'x', [], {}, [null], [[]], { Value: null }, { Value: [null, 1, 'x', []] }];
  for (const shape of shapes) {
    const text = JSON.stringify({ '00081199': shape, '00081198': { Value: [{ '00081155': shape }] } });
    assert.deepEqual(await entriesOf(text), [], text);
    assert.ok(!(await entriesOf(JSON.stringify(shape))).length, text);
  }
});

test('what is neither JSON nor a Native DICOM Model is no answer', async () => {
  for (const text of ['', ' ', '{', 'OK', '"1.2"', '42', '<html/>', '<html><p>1.2</html>', '<NativeDicomModel>',
    '<a><NativeDicomModel/></a>', '<!DOCTYPE x><NativeDicomModel/>']) {
    assert.equal(await parseStowAnswer(text), undefined, text);
  }
});

const attribute = (tag: string, content: string) => `<DicomAttribute tag="${tag}" vr="XX">${content}</DicomAttribute>`;

test('XML with prefixes, comments, entities and CDATA is read', () => {
  const xml = `<?xml version="1.0"?><d:NativeDicomModel xmlns:d="x"><!-- -->${
    attribute('00081199', `<d:Item>${attribute('00081155', '<Value number="1"> 1.2&#46;<![CDATA[3]]> </Value>')}</d:Item>`)
  }</d:NativeDicomModel>`;
  assert.deepEqual(parseNativeDicomModel(xml), {
    '00081199': { vr: 'XX', Value: [{ '00081155': { vr: 'XX', Value: ['1.2.3'] } }] },
  });
});

test('XML that means harm is refused, or costs no more than its length', () => {
  const bomb = `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><NativeDicomModel>&b;</NativeDicomModel>`;
  assert.equal(parseNativeDicomModel(bomb), undefined);
  assert.equal(parseNativeDicomModel('<NativeDicomModel>&file;</NativeDicomModel>'), undefined);
  const depth = 200_000;
  const nested = `<NativeDicomModel>${'<Item>'.repeat(depth)}${'</Item>'.repeat(depth)}</NativeDicomModel>`;
  assert.equal(parseNativeDicomModel(nested), undefined);
  const odd = `<NativeDicomModel><Value>1</Value><Item/>${attribute('__proto__', '<Value>1</Value>')}</NativeDicomModel>`;
  assert.equal(Object.getPrototypeOf(parseNativeDicomModel(odd)), Object.prototype);
});
