// Text in every character set, from the wire to what the station says of it: the descriptions in raw/, the folder of
// the participant, and what a core sees. What comes out is UTF-8, whatever came in.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeFromPath } from '../../../src/dicom/path-encoding.ts';
import { readHeader } from '../../../src/dicom/header.ts';
import { writePart10 } from '../../../src/dicom/write.ts';
import { bytesOf } from '../../dicom/encode.ts';
import { realObject, withoutRealObjects } from '../../dicom/real-objects.ts';
import { requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { RawScu } from '../../rig/raw-scu.ts';
import { CT_IMAGE_STORAGE, encodeInstance, type InstanceParts } from '../encoded-instance.ts';
import { withCore, type FlowStation } from '../flow-station.ts';
import { makeReceivingStation, scanAll, seriesDescriptionOf, studyDescriptionOf } from '../receiving-station.ts';

const STUDY = '1.2.3';
const SERIES = '1.2.3.1';

/** The text of a file that must be UTF-8. */
async function readUTF8(path: string): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
}

/** What is sent, and the texts that must come out; those not given are what encodeInstance puts in. */
interface Sample {
  readonly sent: InstanceParts;
  readonly PatientName: string;
  readonly PatientID?: string;
  readonly SeriesDescription?: string;
  readonly StudyDescription?: string;
}

const KANJI = '<1B 24 42 3B 33 45 44 1B 28 42>^<1B 24 42 42 40 4F 3A 1B 28 42>';
const KANA = '<1B 24 42 24 64 24 5E 24 40 1B 28 42>^<1B 24 42 24 3F 24 6D 24 26 1B 28 42>';

/** Names and descriptions as devices of many countries write them; those of PS3.5 annexes H to K among them. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  'Japanese in ISO 2022 IR 87': {
    sent: {
      SpecificCharacterSet: '\\ISO 2022 IR 87',
      PatientName: bytesOf(`Yamada^Tarou=${KANJI}=${KANA}`),
      SeriesDescription: bytesOf('T1 <1B 24 42 3B 33 45 44 1B 28 42> 3mm'),
    },
    PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
    SeriesDescription: 'T1 山田 3mm',
  },
  'Japanese with half-width katakana in ISO 2022 IR 13 and 87': {
    sent: {
      SpecificCharacterSet: 'ISO 2022 IR 13\\ISO 2022 IR 87',
      PatientName: bytesOf(`<D4 CF C0 DE>^<C0 DB B3>=${KANJI}`.replaceAll('1B 28 42', '1B 28 4A')),
      SeriesDescription: bytesOf('<C4 DE B3>'),
    },
    PatientName: 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎',
    SeriesDescription: 'ﾄﾞｳ',
  },
  'Korean in ISO 2022 IR 149': {
    sent: {
      SpecificCharacterSet: '\\ISO 2022 IR 149',
      PatientName: bytesOf('Hong^Gildong=<1B 24 29 43 FB F3>^<1B 24 29 43 D1 CE D4 D7>'),
      PatientID: bytesOf('<1B 24 29 43 C8 AB>-7'),
    },
    PatientName: 'Hong^Gildong=洪^吉洞',
    PatientID: '홍-7',
  },
  'Chinese in ISO 2022 IR 58': {
    sent: {
      SpecificCharacterSet: '\\ISO 2022 IR 58',
      PatientName: bytesOf('Zhang^XiaoDong=<1B 24 29 41 D5 C5>^<1B 24 29 41 D0 A1 B6 AB>='),
    },
    PatientName: 'Zhang^XiaoDong=张^小东=',
  },
  'Chinese in GB18030, four bytes a character and backslashes within': {
    sent: {
      SpecificCharacterSet: 'GB18030',
      PatientName: bytesOf('Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>='),
      SeriesDescription: bytesOf('<90 5C><95 32 82 36> T2'),
      PatientID: bytesOf('<90 5C>'),
    },
    PatientName: 'Wang^XiaoDong=王^小东=',
    SeriesDescription: '怽𠀀 T2',
    PatientID: '怽',
  },
  'Chinese in GBK': {
    sent: { SpecificCharacterSet: 'GBK', PatientName: bytesOf('Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>') },
    PatientName: 'Wang^XiaoDong=王^小东',
  },
  'UTF-8': {
    sent: {
      SpecificCharacterSet: 'ISO_IR 192',
      PatientName: Buffer.from('Müller^Jürgen=王^小東'),
      PatientID: Buffer.from('Ärzte/№ 5'),
      StudyDescription: Buffer.from('Schädel \u{1f9e0}'),
    },
    PatientName: 'Müller^Jürgen=王^小東',
    PatientID: 'Ärzte/№ 5',
    StudyDescription: 'Schädel \u{1f9e0}',
  },
  'several sets of one byte': {
    sent: {
      SpecificCharacterSet: 'ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126',
      PatientName: bytesOf('Buc^J<E9>r<F4>me=<1B 2D 4C BB EE DA>^<1B 2D 46 C4 E9 EF ED>'),
    },
    PatientName: 'Buc^Jérôme=Люк^Διον',
  },
  'Latin-1 that is not declared': { sent: { PatientName: bytesOf('M<FC>ller') }, PatientName: 'Müller' },
  'a set that nobody knows': {
    sent: { SpecificCharacterSet: 'KLINGON', PatientName: bytesOf('M<FC>ller') }, PatientName: 'Müller',
  },
  'a set of another name than the bytes are in': {
    sent: { SpecificCharacterSet: 'ISO_IR 192', PatientName: bytesOf('M<FC>ller'), PatientID: bytesOf('<FC>1') },
    PatientName: 'M\ufffdller',
    PatientID: '\ufffd1',
  },
  'an escape sequence that nobody knows and one cut off': {
    sent: { SpecificCharacterSet: '\\ISO 2022 IR 87', PatientName: bytesOf('A<1B 7A>B^<1B>') },
    PatientName: 'A\ufffdzB^\ufffd',
  },
  'half a character at the end': {
    sent: { SpecificCharacterSet: '\\ISO 2022 IR 149', PatientName: bytesOf('<1B 24 29 43 FB F3 D1>') },
    PatientName: '洪\ufffd',
  },
  'control characters': {
    sent: { SpecificCharacterSet: 'ISO_IR 100', PatientName: 'A\0B\nC', SeriesDescription: 'x\t"y"' },
    PatientName: 'A\0B\nC',
    SeriesDescription: 'x\t"y"',
  },
};

for (const [what, { sent, ...texts }] of Object.entries(SAMPLES)) {
  test(`text in ${what} comes out as UTF-8, in descriptions, folders and for the core`, async (t) => {
    const { station, receiver } = await makeReceivingStation(t, withCore('true'));
    const scu = await RawScu.associate(receiver.port);
    assert.equal((await scu.store('1.2.3.1.1', encodeInstance(sent))).Status, 0);
    await scu.release();
    await scanAll({ station });

    const expected = { PatientID: 'P1', SeriesDescription: 'Thorax', ...texts };
    const { StudyDescription, ...ofSeries } = expected;
    await assertSays(station, expected);
    const { layout } = station;
    assert.ok((await readUTF8(layout.seriesDescription(STUDY, SERIES))).includes(JSON.stringify(expected.PatientName)));
    await readUTF8(layout.studyDescription(STUDY));
    assert.deepEqual((await readdir(layout.participants)).map(decodeFromPath), [expected.PatientID]);

    const [JobId = ''] = await readdir(layout.jobsIn('pending'));
    await station.advance(JobId, ['pending']);
    const { description, inputView } = await station.folderOf(JobId);
    const [forCore] = JSON.parse(await readUTF8(description)) as Record<string, string>[];
    for (const [keyword, text] of Object.entries(ofSeries)) assert.equal(forCore?.[keyword], text, keyword);
    assert.equal((await readdir(inputView)).length, 1);
  });
}

/** Compares the descriptions in raw/ with the texts. */
async function assertSays(station: FlowStation, texts: Omit<Sample, 'sent'>, StudyInstanceUID = STUDY): Promise<void> {
  const { series: [SeriesInstanceUID = ''], ...study } = await studyDescriptionOf(station, StudyInstanceUID);
  const series = await seriesDescriptionOf(station, StudyInstanceUID, SeriesInstanceUID);
  for (const [keyword, text] of Object.entries(texts)) {
    assert.equal((series as unknown as Record<string, unknown>)[keyword], text, keyword);
    if (keyword in study) assert.equal((study as unknown as Record<string, unknown>)[keyword], text, keyword);
  }
}

test('text is the same in big endian, implicit VR and deflated', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  const sample = SAMPLES['Japanese in ISO 2022 IR 87'];
  assert.ok(sample !== undefined);
  const { sent, ...texts } = sample;
  const syntaxes = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.1.99'];
  for (const [index, TransferSyntaxUID] of syntaxes.entries()) {
    const scu = await RawScu.associate(receiver.port, { contexts: [{ id: 1, transferSyntaxes: [TransferSyntaxUID] }] });
    const UIDs = { StudyInstanceUID: `1.2.3.${index}`, SOPInstanceUID: `1.2.3.${index}.1.1` };
    const answer = await scu.store(UIDs.SOPInstanceUID, encodeInstance({ ...sent, ...UIDs, TransferSyntaxUID }));
    assert.equal(answer.Status, 0);
    await scu.release();
  }
  await scanAll({ station });
  for (const index of syntaxes.keys()) await assertSays(station, texts, `1.2.3.${index}`);
});

/** Names that DCMTK converts to a set from UTF-8. */
const CONVERTED: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'Buc^Jérôme',
  'ISO_IR 101': 'Wałęsa^Lech',
  'ISO_IR 109': 'Żabbar^Ġorġ',
  'ISO_IR 110': 'Bērziņš^Jānis',
  'ISO_IR 144': 'Люкceмбypг',
  'ISO_IR 127': 'قباني^لنزار',
  'ISO_IR 126': 'Διονυσιος',
  'ISO_IR 138': 'שרון^דבורה',
  'ISO_IR 148': 'Çavuşoğlu^Ğ',
  'ISO_IR 166': 'นาย^สมชาย',
  'ISO_IR 13': 'ﾔﾏﾀﾞ^ﾀﾛｳ',
  'GB18030': 'Wang^XiaoDong=王^小东',
  'GBK': 'Wang^XiaoDong=王^小东',
  'ISO_IR 192': 'Müller=王=やまだ',
};

test('names that DCMTK wrote in each set it knows are read as they were meant', async (t) => {
  if (!requirePeer(t, 'dcmconv', 'dcmsend')) return;
  const { station, receiver } = await makeReceivingStation(t);
  const folder = await temporaryFolder(t);
  const names = Object.entries(CONVERTED);
  for (const [index, [SpecificCharacterSet, PatientName]] of names.entries()) {
    const [original, converted] = [join(folder, 'original.dcm'), join(folder, `${index}.dcm`)];
    await writePart10(original, {
      SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: `1.2.3.${index}.1.1`, StudyInstanceUID: `1.2.3.${index}`,
      SeriesInstanceUID: `1.2.3.${index}.1`, Modality: 'CT', PatientName,
    });
    const conversion = await runPeer('dcmconv', ['+C', SpecificCharacterSet, original, converted]);
    assert.equal(conversion.exitCode, 0, `${SpecificCharacterSet} ${conversion.output}`);
  }
  const files = names.map((_, index) => join(folder, `${index}.dcm`));
  const sent = await runPeer('dcmsend', ['127.0.0.1', String(receiver.port), ...files]);
  assert.equal(sent.exitCode, 0, sent.output);
  await scanAll({ station });
  for (const [index, [, PatientName]] of names.entries()) await assertSays(station, { PatientName }, `1.2.3.${index}`);
});

/** Real objects, and the patient's name in each. */
const REAL_NAMES = {
  'chrFren.dcm': 'Buc^Jérôme', 'chrJapMulti.dcm': 'やまだ^たろう', 'chrX2.dcm': 'Wang^XiaoDong=王^小东=',
} as const;

test('real objects of three character sets are described in UTF-8', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, receiver } = await makeReceivingStation(t);
  const files = Object.keys(REAL_NAMES).map(realObject);
  const sent = await runPeer('storescu', ['-R', '127.0.0.1', String(receiver.port), ...files]);
  assert.equal(sent.exitCode, 0, sent.output);
  await scanAll({ station });
  for (const [name, PatientName] of Object.entries(REAL_NAMES)) {
    const header = await readHeader(realObject(name));
    assert.ok(!('notDicom' in header));
    await assertSays(station, { PatientName }, header.text('StudyInstanceUID'));
  }
});
