import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { writePhantomStudy } from '../../src/demo/phantom-study.ts';
import { requirePeer, runPeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { makeStation } from '../rig/station.ts';

test('takes a study from storescu through the example core to storescp', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp')) return;
  const pacsFolder = await temporaryFolder(t);
  const pacs = await startStorescp(t, { directory: pacsFolder });
  const station = await makeStation(t, {
    config: {
      Streams: [{
        name: 'AICore',
        trigger: { AETitleCalled: '^AICORE1$', AETitleCaller: '.*' },
        destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }],
        'trigger-study': [{ type: 'job' }],
      }],
    },
    statements: { AICore: { executor: 'process', command: [process.execPath, '{dts}/dist/example-core.mjs', '{}', '{output}'] } },
  });
  await station.startReceiver(t);
  const phantom = await temporaryFolder(t);
  const study = await writePhantomStudy(phantom);
  const sent = await runPeer('storescu', ['-aec', 'AICORE1', '+sd', '+r', '127.0.0.1', String(station.port), phantom]);
  assert.equal(sent.exitCode, 0, sent.output);

  const scanned = await station.dts(['scan-arrived']);
  assert.deepEqual([scanned.status, scanned.stdout, scanned.stderr], [0, '', '']);
  const [JobId = ''] = await readdir(station.layout.jobsIn('pending'));
  const ran = await station.dts(['run-one-job', JobId, '--wait']);
  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  const forwarded = await station.dts(['forward']);
  assert.deepEqual([forwarded.status, forwarded.stdout, forwarded.stderr], [0, '', '']);
  assert.equal((await readdir(station.layout.jobsIn('done'))).length, 1);
  assert.equal((await readdir(pacsFolder)).length, 2);
  assert.equal(study.files.length, 48);
});
