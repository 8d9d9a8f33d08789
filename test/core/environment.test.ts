import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreEnvironment, processEnvironment } from '../../src/core/environment.ts';
import { CONTAINER_FOLDERS } from '../../src/core/placeholders.ts';
import { makeRun } from './core-run.ts';

test('modules of mercure, MONAI and Holoscan find a folder of the DICOM files themselves', async (t) => {
  const environment = coreEnvironment(await makeRun(t, {}), CONTAINER_FOLDERS);
  assert.equal(environment['MERCURE_IN_DIR'], '/data/mercure');
  for (const name of ['MONAI_INPUTPATH', 'HOLOSCAN_INPUT_PATH']) assert.equal(environment[name], '/data/input', name);
  for (const name of ['MERCURE_OUT_DIR', 'MONAI_OUTPUTPATH', 'HOLOSCAN_OUTPUT_PATH']) {
    assert.equal(environment[name], '/output', name);
  }
});

test('ROR_CONT_OPTIONS is passed as written, and is not there when empty', async (t) => {
  const options = '{"model-type":"unet","tta":false}';
  const run = await makeRun(t, { ROR_CONT_OPTIONS: options });
  assert.equal(coreEnvironment(run, CONTAINER_FOLDERS)['ROR_CONT_OPTIONS'], options);
  assert.equal('ROR_CONT_OPTIONS' in coreEnvironment(await makeRun(t, {}), CONTAINER_FOLDERS), false);
});

test('env overrides what is set for modules but not what identifies the run', async (t) => {
  const run = await makeRun(t, { env: { MERCURE_IN_DIR: '/data', DTS_JOB_ID: 'other', EXTRA: 'yes' } });
  const environment = coreEnvironment(run, CONTAINER_FOLDERS);
  assert.equal(environment['MERCURE_IN_DIR'], '/data');
  assert.equal(environment['EXTRA'], 'yes');
  assert.equal(environment['DTS_JOB_ID'], run.JobId);
  assert.equal(environment['DTS_ATTEMPT'], '1');
});

test('a process gets PATH and HOME but nothing else of the station', async (t) => {
  process.env['DTS_TEST_PASSWORD'] = 'secret';
  t.after(() => delete process.env['DTS_TEST_PASSWORD']);
  const environment = processEnvironment(await makeRun(t, {}), CONTAINER_FOLDERS);
  assert.equal(environment['PATH'], process.env['PATH']);
  assert.equal(Object.values(environment).includes('secret'), false);
});

test('a process sees the GPUs that it was given, and without any none; its env may say otherwise', async (t) => {
  const run = await makeRun(t, {});
  const given = processEnvironment({ ...run, gpus: [0, 2] }, CONTAINER_FOLDERS);
  for (const name of ['CUDA_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'NVIDIA_VISIBLE_DEVICES']) {
    assert.equal(given[name], '0,2', name);
  }
  const none = processEnvironment(run, CONTAINER_FOLDERS);
  assert.equal(none['CUDA_VISIBLE_DEVICES'], '');
  assert.equal(none['NVIDIA_VISIBLE_DEVICES'], 'none');
  const own = processEnvironment({ ...run, core: { ...run.core, env: { CUDA_VISIBLE_DEVICES: '7' } } }, CONTAINER_FOLDERS);
  assert.equal(own['CUDA_VISIBLE_DEVICES'], '7');
});
