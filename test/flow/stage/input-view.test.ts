import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { test, type TestContext } from 'node:test';
import { linkInputView } from '../../../src/flow/stage/input-view.ts';
import type { SeriesDescription } from '../../../src/flow/arrival/series-description.ts';
import { JobFolder } from '../../../src/spool/layout.ts';
import { temporaryFolder } from '../../rig/peers.ts';

const DESCRIPTION: SeriesDescription = {
  SeriesInstanceUID: '1.2.3.1', SeriesDescription: 'Thorax 1.0 B30f', StudyInstanceUID: '1.2.3', NumFiles: 1,
  Modality: 'CT', PatientID: 'P1', PatientName: 'Doe^Jane', SequenceName: '', StudyDate: '20261120',
  StudyTime: '081530', SeriesTime: '', SeriesNumber: '2', ReferringPhysician: '', AccessionNumber: '',
  StudyDescription: '', Manufacturer: '', ManufacturerModelName: '', ClassifyTypes: [], Path: '',
  FirstSOPInstanceUID: '1.2.3.1.1',
};

const HOSTILE = {
  'slashes': '../../../etc/passwd', 'dots': '..', 'one dot': '.', 'newlines': 'a\nb\r\0c', 'nothing': '',
  'blanks': '   ', '300 letters': 'x'.repeat(300), '300 kanji': '山'.repeat(300), '300 emoji': '😀'.repeat(300),
  'letters beyond 16 bits': `x${'𠀀'.repeat(300)}`, 'half a pair': 'a\ud83d', 'a hidden name': '.ssh', 'dashes': '--rf',
};

async function makeJob(t: TestContext): Promise<JobFolder> {
  const folder = new JobFolder(await temporaryFolder(t));
  await mkdir(folder.input, { recursive: true });
  await writeFile(join(folder.input, '1.2.3.1.1.dcm'), 'instance');
  return folder;
}

/** The path below the view, as the core is told. */
async function link(folder: JobFolder, change: Partial<SeriesDescription>): Promise<string> {
  const seen = await linkInputView(folder, { ...DESCRIPTION, ...change }, ['1.2.3.1.1']);
  assert.ok(seen.startsWith('/data/input_view_dicom_series/'), seen);
  return relative('/data/input_view_dicom_series', seen);
}

test('links instances under names that a person can read, wherever data/ is seen', async (t) => {
  const folder = await makeJob(t);
  assert.equal(await link(folder, {}), 'P1_Doe_Jane/20261120_081530/2_Thorax_1.0_B30f');
  const linked = join(folder.inputView, 'P1_Doe_Jane/20261120_081530/2_Thorax_1.0_B30f/1.2.3.1.1.dcm');
  assert.equal(await readFile(linked, 'utf8'), 'instance');
});

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`a name of ${what} makes three folders inside the view, of names that every system takes`, async (t) => {
    const folder = await makeJob(t);
    const seen = await link(folder, { PatientID: text, PatientName: text, StudyDate: text, SeriesDescription: text });
    const parts = seen.split(sep);
    assert.equal(parts.length, 3);
    for (const part of parts) {
      assert.match(part, /^[\p{L}\p{N}_-][\p{L}\p{N}._-]*$/u);
      assert.ok(Buffer.byteLength(part) <= 255);
    }
    assert.equal(await readFile(join(folder.inputView, seen, '1.2.3.1.1.dcm'), 'utf8'), 'instance');
    assert.deepEqual((await readdir(folder.path)), ['data']);
  });
}

test('letters of other scripts stay, composed as most systems write them', async (t) => {
  const folder = await makeJob(t);
  const seen = await link(folder, { PatientName: 'Ka\u0308rki^Ågot=山田^太郎', SeriesDescription: 'Größe μm' });
  assert.equal(seen, 'P1_Kärki_Ågot_山田_太郎/20261120_081530/2_Größe_μm');
});

test('series that are called alike share a folder and keep their instances apart', async (t) => {
  const folder = await makeJob(t);
  await writeFile(join(folder.input, '1.2.3.2.1.dcm'), 'other');
  const first = await link(folder, {});
  const second = await linkInputView(folder, { ...DESCRIPTION, SeriesInstanceUID: '1.2.3.2' }, ['1.2.3.2.1']);
  assert.equal(second, join('/data/input_view_dicom_series', first));
  assert.deepEqual((await readdir(join(folder.inputView, first))).sort(), ['1.2.3.1.1.dcm', '1.2.3.2.1.dcm']);
});

test('an instance that two series of one name hold is linked once', async (t) => {
  const folder = await makeJob(t);
  assert.equal(await link(folder, {}), await link(folder, { SeriesInstanceUID: '1.2.3.2' }));
});
