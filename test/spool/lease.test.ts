import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Layout } from '../../src/spool/layout.ts';
import { withLease } from '../../src/spool/lease.ts';
import { identityOf, type ProcessIdentity } from '../../src/host/process-identity.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { startHolder, type Holder } from './lease-processes.ts';

const NAME = 'job-1';
/** Older than any lease that is refreshed: see STALE_MILLISECONDS. */
const LONG_AGO = new Date(Date.now() - 60_000);

async function makeLocks(t: TestContext): Promise<Layout> {
  const layout = new Layout(await temporaryFolder(t));
  await mkdir(layout.locks);
  return layout;
}

/** A lock as an owner leaves it that is gone without a word. */
async function leaveLock(
  layout: Layout, owner: Partial<ProcessIdentity> | undefined, age: Date = new Date(),
): Promise<void> {
  const directory = join(layout.locks, `${NAME}.lock`);
  await mkdir(directory);
  await utimes(directory, age, age);
  if (owner !== undefined) await leaveOwner(layout, owner);
}

/** Says who owns the lock that is there. */
async function leaveOwner(layout: Layout, owner: Partial<ProcessIdentity>): Promise<void> {
  const { ino, birthtimeMs } = await stat(join(layout.locks, `${NAME}.lock`));
  const whole = { ...identityOf(process.pid), ...owner, lock: `${ino}/${birthtimeMs}` };
  await writeFile(join(layout.locks, `${NAME}.owner`), JSON.stringify(whole));
}

/** A pid that no process has. */
function deadPid(): number {
  return spawnSync('true').pid;
}

function take(layout: Layout): Promise<'held' | 'busy'> {
  return withLease(layout, NAME, async (lease) => {
    lease.assertHeld();
    return 'held' as const;
  });
}

test('gives what the work gave, and leaves nothing behind', async (t) => {
  const layout = await makeLocks(t);
  assert.equal(await withLease(layout, NAME, async () => 7), 7);
  assert.deepEqual(await readdir(layout.locks), []);
});

test('ends with the work that throws', async (t) => {
  const layout = await makeLocks(t);
  await assert.rejects(withLease(layout, NAME, async () => { throw new Error('broken'); }), { message: 'broken' });
  assert.equal(await take(layout), 'held');
});

test('is held by one at a time within a process too, and each name by itself', async (t) => {
  const layout = await makeLocks(t);
  await withLease(layout, NAME, async () => {
    assert.equal(await take(layout), 'busy');
    assert.equal(await withLease(layout, 'job-2', async () => 'held'), 'held');
  });
  assert.equal(await take(layout), 'held');
});

test('names from outside stay inside locks/', async (t) => {
  const layout = await makeLocks(t);
  const names = ['destination-../../etc', 'destination-a/b c', 'job-', '..', '', 'x'.repeat(400), 'destination-Ö\n'];
  for (const name of names) {
    assert.equal(await withLease(layout, name, async () => {
      assert.equal((await readdir(layout.locks)).filter((entry) => entry.endsWith('.lock')).length, 1, name);
      return 'held';
    }), 'held');
  }
  assert.deepEqual(await readdir(join(layout.locks, '..')), ['locks']);
});

test('an owner that died on this host is replaced at once', async (t) => {
  const layout = await makeLocks(t);
  const holder = await startHolder(t, layout.datadir, NAME);
  assert.equal(await holder.ask('take'), 'held');
  assert.equal(await take(layout), 'busy');
  await holder.die();
  assert.equal(await take(layout), 'held');
});

test('a pid that was given to another process does not keep a lease', async (t) => {
  const layout = await makeLocks(t);
  await leaveLock(layout, { startTicks: '1' });
  assert.equal(await take(layout), 'held');
});

test('an owner of an earlier boot is dead, though its pid and start time are there again', async (t) => {
  const layout = await makeLocks(t);
  await leaveLock(layout, { bootId: '00000000-0000-0000-0000-000000000000' });
  assert.equal(await take(layout), 'held');
});

test('an owner on another host keeps its lease until it is stale', async (t) => {
  const layout = await makeLocks(t);
  await leaveLock(layout, { host: 'elsewhere', pid: deadPid() });
  assert.equal(await take(layout), 'busy');
  await utimes(join(layout.locks, `${NAME}.lock`), LONG_AGO, LONG_AGO);
  assert.equal(await take(layout), 'held');
  assert.deepEqual(await readdir(layout.locks), []);
});

test('a lock without a readable owner is left alone until it is stale', async (t) => {
  const layout = await makeLocks(t);
  await leaveLock(layout, undefined);
  for (const text of [undefined, '', '{"host":"']) {
    if (text !== undefined) await writeFile(join(layout.locks, `${NAME}.owner`), text);
    assert.equal(await take(layout), 'busy');
  }
  await utimes(join(layout.locks, `${NAME}.lock`), LONG_AGO, LONG_AGO);
  assert.equal(await take(layout), 'held');
});

test('a dead owner of an earlier lock does not speak for the one that is there', async (t) => {
  const layout = await makeLocks(t);
  await leaveLock(layout, { pid: deadPid() });
  const owner = join(layout.locks, `${NAME}.owner`);
  const { lock, ...others } = JSON.parse(await readFile(owner, 'utf8')) as { lock: string };
  await writeFile(owner, JSON.stringify({ ...others, lock: `1${lock}` }));
  assert.equal(await take(layout), 'busy');
});

test('a contender that died while it replaced an owner does not stop others for good', async (t) => {
  const layout = await makeLocks(t);
  await leaveLock(layout, { pid: deadPid() });
  const replacing = join(layout.locks, `${NAME}.replacing`);
  await mkdir(replacing);
  assert.equal(await take(layout), 'busy');
  await utimes(replacing, LONG_AGO, LONG_AGO);
  await take(layout); // clears it away
  assert.equal(await take(layout), 'held');
});

for (const [what, age] of [['just died', undefined], ['died long ago', LONG_AGO]] as const) {
  test(`of many processes one replaces an owner that ${what}`, async (t) => {
    const layout = await makeLocks(t);
    const holders = await Promise.all(Array.from({ length: 4 }, () => startHolder(t, layout.datadir, NAME)));
    for (let round = 0; round < 60; round += 1) {
      await leaveLock(layout, { pid: deadPid() }, age);
      const answers = await askAll(holders, 'take');
      assert.deepEqual(answers.toSorted(), ['busy', 'busy', 'busy', 'held'], `round ${round}`);
      assert.equal(await holders[answers.indexOf('held')]?.ask('check'), 'held');
      await askAll(holders, 'give');
      assert.deepEqual(await readdir(layout.locks), []);
    }
  });
}

test('never two of many processes hold it, while some of them die', async (t) => {
  const layout = await makeLocks(t);
  const holders = await Promise.all(Array.from({ length: 4 }, () => startHolder(t, layout.datadir, NAME)));
  for (let round = 0; round < 12; round += 1) {
    const answers = await askAll(holders, 'take');
    const winner = answers.indexOf('held');
    assert.equal(answers.filter((answer) => answer === 'held').length, 1, `round ${round}: ${answers.join(' ')}`);
    if (round % 3 === 2) {
      await holders[winner]?.die();
      holders[winner] = await startHolder(t, layout.datadir, NAME);
    }
    await askAll(holders, 'give');
  }
});

test('an owner that was stopped for too long finds its lease lost, and leaves the next owner alone', async (t) => {
  const layout = await makeLocks(t);
  const [stopped, next] = [await startHolder(t, layout.datadir, NAME), await startHolder(t, layout.datadir, NAME)];
  assert.equal(await stopped.ask('take'), 'held');
  stopped.process.kill('SIGSTOP');
  await utimes(join(layout.locks, `${NAME}.lock`), LONG_AGO, LONG_AGO); // what its not refreshing comes to
  assert.equal(await next.ask('take'), 'held');

  stopped.tell('check');
  stopped.tell('give');
  stopped.process.kill('SIGCONT');
  assert.equal(await stopped.answer(), 'lost');
  assert.equal(await stopped.answer(), 'given');
  assert.equal(await next.ask('check'), 'held');
  assert.equal(await take(layout), 'busy');
  stopped.process.stdin?.end(); // what it does when it ends touches nothing either
  await new Promise((resolve) => stopped.process.once('exit', resolve));
  assert.equal(await take(layout), 'busy');
  assert.equal(await next.ask('give'), 'given');
  assert.equal(await take(layout), 'held');
});

for (const clockSeconds of [-60, 60]) {
  const how = clockSeconds < 0 ? 'behind' : 'ahead';
  test(`a host whose clock is a minute ${how} keeps its lease, takes none that is held, and one that is not`, async (t) => {
    const layout = await makeLocks(t);
    const shifted = await startHolder(t, layout.datadir, NAME, clockSeconds);
    assert.equal(await shifted.ask('take'), 'held');
    assert.equal(await shifted.ask('check'), 'held');
    const lock = join(layout.locks, `${NAME}.lock`);
    const taken = (await stat(lock)).mtimeMs;
    await leaveOwner(layout, { host: 'elsewhere' }); // so that only its time speaks for it
    for (const giveUpAt = Date.now() + 15_000; (await stat(lock)).mtimeMs <= taken; await delay(100)) {
      assert.ok(Date.now() < giveUpAt, 'it is not refreshed');
    }
    assert.ok(Math.abs((await stat(lock)).mtimeMs - Date.now()) < 5000, 'it is refreshed by the time of the disk');
    assert.equal(await take(layout), 'busy');
    assert.equal(await shifted.ask('check'), 'held');
    await shifted.die();
    assert.equal(await take(layout), 'busy', 'it is stale in a while only');
    await utimes(lock, LONG_AGO, LONG_AGO);
    assert.equal(await take(layout), 'held');

    const next = await startHolder(t, layout.datadir, NAME, clockSeconds);
    await leaveLock(layout, { host: 'elsewhere' });
    assert.equal(await next.ask('take'), 'busy');
    await utimes(lock, LONG_AGO, LONG_AGO);
    assert.equal(await next.ask('take'), 'held');
  });
}

test('an owner whose lock a person removed finds its lease lost', async (t) => {
  const layout = await makeLocks(t);
  const holder = await startHolder(t, layout.datadir, NAME);
  await holder.ask('take');
  await rm(join(layout.locks, `${NAME}.lock`), { recursive: true });
  assert.equal(await holder.ask('check'), 'lost');
});

function askAll(holders: readonly Holder[], word: 'take' | 'give'): Promise<string[]> {
  return Promise.all(holders.map((holder) => holder.ask(word)));
}

test('a lease whose owner cannot be written down, as on a full disk, is not held', async (t) => {
  const layout = await makeLocks(t);
  const owner = join(layout.locks, `${NAME}.owner`);
  await mkdir(owner);
  await assert.rejects(take(layout), { code: 'EISDIR' });
  await rm(owner, { recursive: true });
  assert.equal(await take(layout), 'held');
});
