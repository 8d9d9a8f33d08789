// A station with a core on an inference server, the server, and a PACS: what the tests of the whole way begin with.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { packed } from '../bundle/packed.ts';
import { startInferenceServer, type InferenceServerOptions, type TestInferenceServer } from '../rig/inference-server.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, type ScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { SOPInstanceUIDsOf } from './relay-station.ts';
import { writeResult, writeSmallStudy, type SmallStudy } from './small-study.ts';
import { sendTo, theJob, until } from './ticks.ts';

export interface Way {
  readonly station: TestStation;
  readonly study: SmallStudy;
  readonly server: TestInferenceServer;
  readonly pacs: ScriptedScp;
  /** What the server gives, one instance. */
  readonly result: Buffer;
  readonly SOPInstanceUID: string;
}

export interface WayOptions extends Partial<InferenceServerOptions> {
  /** `inferenceServer` of the core beside address, version and model. */
  readonly core?: Readonly<Record<string, unknown>>;
}

/** A station with a stream for studies on an inference server, which has got a study of two series. */
export async function makeWay(t: TestContext, { core = {}, ...options }: WayOptions = {}): Promise<Way> {
  const server = await startInferenceServer(t, { version: 1, ...options });
  const pacs = await startScriptedScp(t);
  const inferenceServer = { url: server.url, version: server.version, model: 'liver', pollSeconds: 1, ...core };
  const station = await makeStation(t, {
    config: { Streams: [{ name: 'AI', trigger: {}, destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }] }] },
    statements: { AI: { inferenceServer, retry: { firstSeconds: 1, maxSeconds: 1 } } },
  });
  const made = await sendStudy(t, station);
  return { station, server, pacs, ...made };
}

/** Starts the receiver and sends it a study of two series. @returns it, and a result for it */
export async function sendStudy(t: TestContext, station: TestStation): Promise<Pick<Way, 'study' | 'result' | 'SOPInstanceUID'>> {
  await station.startReceiver(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  await sendTo(station, [study.folder]);
  const file = join(await temporaryFolder(t), 'result.dcm');
  const SOPInstanceUID = await writeResult(file, study);
  const result = await packed('zip', { 'a/result.dcm': await readFile(file), 'container.log': 'segmented\n' });
  return { study, result, SOPInstanceUID };
}

/** Ticks until the only job is in a state. */
export async function tickUntil(station: TestStation, state: string): Promise<void> {
  await until(state, async () => {
    await station.dts(['run-one-job', '--all']);
    return (await theJob(station)).state === state;
  });
}

/** Delivers, and sees that the PACS has the result and the job is done. */
export async function forwardAndEnd({ station, pacs, SOPInstanceUID }: Way): Promise<void> {
  assert.deepEqual((await station.dts(['forward'])).status, 0);
  await station.dts(['run-one-job', '--all']);
  assert.equal((await theJob(station)).state, 'done');
  const stored = SOPInstanceUIDsOf(pacs.messages).filter((uid) => uid !== undefined); // a C-ECHO has none
  assert.deepEqual(stored, [SOPInstanceUID]);
}
