// The promise between the two halves of the station: what the receiver took the station can describe, and what it could
// not describe was refused while the sender still had it. Tried on datasets that were damaged by chance, always alike.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { CANNOT_UNDERSTAND, DATA_SET_MISMATCH, SUCCESS } from '../../../src/dicom/status.ts';
import { readStudy } from '../../../src/flow/arrival/read-study.ts';
import { mutate } from '../../hostile/mutate.ts';
import { fuzzSeed, Random } from '../../hostile/random.ts';
import { RawScu } from '../../rig/raw-scu.ts';
import { encodeInstance } from '../encoded-instance.ts';
import { makeReceivingStation, scanAll } from '../receiving-station.ts';

const INSTANCES = 200;
const SYNTAXES: Readonly<Record<string, string>> = {
  'implicit VR': '1.2.840.10008.1.2',
  'explicit VR': '1.2.840.10008.1.2.1',
  'big endian': '1.2.840.10008.1.2.2',
  'deflated': '1.2.840.10008.1.2.1.99',
  'compressed': '1.2.840.10008.1.2.4.70',
};

for (const [what, TransferSyntaxUID] of Object.entries(SYNTAXES)) {
  test(`describes whatever it took of damaged datasets in ${what}`, async (t) => {
    const { station, receiver } = await makeReceivingStation(t);
    const random = new Random(fuzzSeed());
    const other = encodeInstance({ TransferSyntaxUID, StudyInstanceUID: '1.2.4', PatientName: 'Another^Person' });
    const scu = await RawScu.associate(receiver.port, { contexts: [{ id: 1, transferSyntaxes: [TransferSyntaxUID] }] });
    let stored = 0;
    for (let number = 1; number <= INSTANCES; number += 1) {
      const SOPInstanceUID = `1.2.3.1.${number}`;
      const dataset = mutate(encodeInstance({ TransferSyntaxUID, SOPInstanceUID }), random, other);
      const { Status = -1 } = await scu.store(SOPInstanceUID, dataset);
      assert.ok([SUCCESS, CANNOT_UNDERSTAND, DATA_SET_MISMATCH].includes(Status), String(Status));
      if (Status === SUCCESS) stored += 1;
    }
    await scu.release();
    assert.ok(stored > 0 && stored < INSTANCES, `${stored} were stored`);

    let readable = 0;
    for (const folder of await readdir(station.layout.archive)) {
      const { series, unreadable } = await readStudy(station.layout, folder.replace('scp_', ''));
      assert.deepEqual(unreadable, []);
      readable += series.reduce((sum, { instances }) => sum + instances.length, 0);
    }
    assert.equal(readable, stored);
    await scanAll({ station });
  });
}
