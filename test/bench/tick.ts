// What a tick with nothing to do costs beside `node -e 0`. Goal: at most 1.5 times as much.
//
// The programs are run in turn, so that what else the machine does falls on all of them alike; the median counts.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, TestStation } from '../rig/station.ts';
import { median } from './median.ts';
import { UsageFault } from './usage-fault.ts';

const ROUNDS = 31;
const COMMANDS = ['scan-arrived', 'run-one-job', 'forward'];

/** Takes no options. */
export async function benchTick(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new UsageFault(`tick has no options, not ${words.join(' ')}`);
  const scratch = await mkdtemp(join(tmpdir(), 'dts-bench-'));
  try {
    const station = new TestStation(scratch, 11112);
    await station.configure({
      config: {
        Streams: [{
          name: 'AICore', trigger: { AETitleCalled: '^AICORE1$', AETitleCaller: '.*' },
          destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: 11113 }], 'trigger-study': [{ type: 'job' }],
        }],
      },
      statements: { AICore: { select: 'SELECT study FROM study WHERE series HAS NumImages > 1', docker_image: 'core:1' } },
    });
    const program = join(ROOT, 'bin', 'dts');
    const runs = [
      { name: 'node -e 0', args: ['-e', '0'] },
      ...COMMANDS.map((command) => ({ name: `dts ${command}`, args: [program, command, '--config', station.config] })),
    ];
    const times = new Map(runs.map(({ name }) => [name, [] as number[]]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, args } of runs) times.get(name)?.push(millisecondsOf(args));
    }
    const base = median(times.get('node -e 0') ?? []);
    process.stdout.write(`A tick with nothing to do, median of ${ROUNDS} runs in turn, Node.js ${process.versions.node}:\n`);
    for (const [name, taken] of times) {
      const milliseconds = median(taken);
      process.stdout.write(`  ${name.padEnd(18)} ${milliseconds.toFixed(1).padStart(6)} ms  ${(milliseconds / base).toFixed(2)} x\n`);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function millisecondsOf(args: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - begun;
}
