// The whole station under the real cron: installed, then left alone. Nothing here calls a command of the station; the
// test only sends studies in and looks at what reaches the PACS. Takes some real minutes: cron has nothing shorter.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { writePhantomStudy } from '../../src/demo/phantom-study.ts';
import { Installation, reasonToSkip, run } from '../install/installation.ts';
import { findPeer, freePort, startStorescp, type ListeningPeer } from '../rig/peers.ts';

const POLL_MILLISECONDS = 500;
/** Cron's next minute, and time for what it starts then. */
const TICK_SECONDS = 80;
/** Quiet time, the core, and a tick in between that was just missed. */
const RESULT_SECONDS = 150;
/** What an entry that is not the station's prints, to know that printing is noticed. */
const OTHER_ENTRY = 'printed by another entry';

describe('a station that cron drives', {
  skip: reasonToSkip('cron', 'echoscu', 'storescu', 'storescp', 'dcmdump'), timeout: 6 * 60_000,
}, () => {
  let station: Installation;
  let cron: ChildProcess | undefined;
  let pacs: ListeningPeer & { readonly directory: string };
  let port: number;
  /** What cron would have mailed. */
  let mail: string;
  const endings: (() => unknown)[] = [];

  before(async () => {
    station = new Installation();
    mail = join(station.folder, 'mail');
    port = await freePort();
    pacs = await startStorescp({ after: (ending) => { endings.push(ending as () => unknown); } });
    for (const [file, sample, wanted] of [['receiver.json', 11112, port], ['config.json', 11113, pacs.port]] as const) {
      const path = join(station.checkout, 'config', file);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`${sample}`, `${wanted}`));
    }
    station.installWhole('--no-crontab');
    station.writeCrontab(`SHELL=${recordingShell(station.folder, mail)}\n* * * * * echo ${OTHER_ENTRY}\n`);
    station.installWhole();
    if (run('pgrep', ['-x', 'cron']).exitCode !== 0) cron = spawn(findPeer('cron')!, ['-f'], { stdio: 'ignore' });
  });

  after(async () => {
    station.remove();
    if (cron !== undefined) {
      cron.kill();
      await once(cron, 'exit');
    }
    for (const ending of endings) await ending();
  });

  /** Sends a new study. @returns its StudyInstanceUID */
  async function sendStudy(): Promise<string> {
    const folder = mkdtempSync(join(station.folder, 'study-'));
    const { StudyInstanceUID } = await writePhantomStudy(folder);
    const sent = run('storescu', ['-aec', 'EXAMPLE', '+sd', '127.0.0.1', String(port), folder],
      { ...process.env, TCP_NODELAY: '1' });
    assert.equal(sent.exitCode, 0, sent.stderr);
    return StudyInstanceUID;
  }

  /** The modalities of what the PACS has of a study. */
  function modalitiesInPacs(StudyInstanceUID: string): string[] {
    return readdirSync(pacs.directory).flatMap((name) => {
      const path = join(pacs.directory, name);
      const { exitCode, stdout } = run('dcmdump', ['+P', 'StudyInstanceUID', '+P', 'Modality', path]);
      return exitCode === 0 && stdout.includes(`[${StudyInstanceUID}]`) ? [/CS \[(\w+)\]/.exec(stdout)?.[1] ?? ''] : [];
    });
  }

  async function receiverAnswers(): Promise<void> {
    await waitUntil('an answer of the receiver', TICK_SECONDS,
      () => run('echoscu', ['127.0.0.1', String(port)]).exitCode === 0);
  }

  async function resultsReachPacs(StudyInstanceUID: string): Promise<void> {
    await waitUntil('a report and a picture in the PACS', RESULT_SECONDS, () => {
      const modalities = modalitiesInPacs(StudyInstanceUID);
      return modalities.includes('SR') && modalities.some((modality) => modality !== 'SR');
    });
  }

  /** Asks again and again; what cron would have mailed explains why the answer never was yes. */
  async function waitUntil(what: string, seconds: number, isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!isSo()) {
      const mailed = readFileSync(mail, 'utf8');
      assert.ok(Date.now() < deadline, `no ${what} in ${seconds} s; cron would have mailed:\n${mailed}`);
      await delay(POLL_MILLISECONDS);
    }
  }

  it('receives a study, runs the core on it and delivers the results', async () => {
    await receiverAnswers();
    await resultsReachPacs(await sendStudy());
  });

  it('receives again within a minute after its receiver was killed', async () => {
    const killed = run('pkill', ['-KILL', '--uid', station.user, '--full', '^node .*/bin/dts receive$']);
    assert.equal(killed.exitCode, 0, 'a receiver was running');
    await receiverAnswers();
    await resultsReachPacs(await sendStudy());
  });

  it('is silent as long as all is well, so that nobody gets mail', () => {
    assert.deepEqual(new Set(readFileSync(mail, 'utf8').trimEnd().split('\n')), new Set([OTHER_ENTRY]));
  });

  it('leaves nothing running behind when it is uninstalled', () => {
    assert.equal(station.install('--uninstall').exitCode, 0);
    assert.equal(run('pgrep', ['--uid', station.user, '--list-full']).stdout, '');
  });
});

/** A shell for the crontab that runs each line as /bin/sh does and keeps what cron would mail. @returns its path */
function recordingShell(folder: string, mail: string): string {
  const shell = join(folder, 'recording-shell');
  writeFileSync(shell, `#!/bin/sh\nexec /bin/sh "$@" >>'${mail}' 2>&1\n`);
  chmodSync(shell, 0o755);
  writeFileSync(mail, '');
  chmodSync(mail, 0o666);
  return shell;
}
