import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Authority } from '../rig/certificates.ts';
import { freePort, requirePeer } from '../rig/peers.ts';
import { makeStation } from '../rig/station.ts';

/** Every line, by what stands before its value; lines of help and type must be in their place. */
function parse(text: string): Map<string, number> {
  const values = new Map<string, number>();
  let current = '';
  for (const block of text.split(/^(?=# HELP )/m)) {
    const [help = '', type = '', ...samples] = block.trimEnd().split('\n');
    current = /^# HELP (\w+) \S/.exec(help)?.[1] ?? '';
    assert.equal(type, `# TYPE ${current} gauge`);
    for (const sample of samples) {
      const [, name = '', labels = '', value = ''] = /^(\w+)(\{\w+="[^"]*"(?:,\w+="[^"]*")*\}) ([0-9.e+]+)$/.exec(sample) ?? [];
      assert.equal(name, current, sample);
      assert.ok(!values.has(name + labels), `twice: ${sample}`);
      values.set(name + labels, Number(value));
    }
  }
  return values;
}

test('tells of the station and of each site what there is', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const pair = await authority.issue('receiver', { toDays: 100 });
  const tls = { ...pair, port: await freePort(), ca: authority.cert };
  const station = await makeStation(t);
  const siteData = join(station.root, 'site data');
  const site = { DICOMPORT: await freePort(), DATADIR: siteData, tls: { ...tls, port: await freePort(), cert: '/nowhere' } };
  const shown = await authority.issue('station', { toDays: 50 });
  const pacs = { AETitle: 'PACS', IP: '127.0.0.1', PORT: 2762, tls: { ca: authority.cert, ...shown } };
  await station.configure({
    receiver: { tls, SITES: { PROJ: site, SHARING: { DICOMPORT: await freePort() } } },
    config: { destinations: { PACS: pacs, LOST: { ...pacs, tls: { ca: '/nowhere' } } } },
  });
  await mkdir(siteData);
  await mkdir(join(station.layout.jobsIn('failed'), '20261120T081530123Z-AI-1a2b3c4d'), { recursive: true });
  await mkdir(station.layout.rejected);
  await writeFile(join(station.layout.rejected, 'one'), '');
  await station.startReceiver(t);

  const { status, stdout, stderr } = await station.dts(['metrics']);
  assert.deepEqual([status, stderr], [0, '']);
  const values = parse(stdout);
  const expected: Readonly<Record<string, number | undefined>> = {
    'dts_receiver_up{site=""}': 1,
    'dts_receiver_up{site="PROJ"}': 0,
    'dts_receiver_up{site="SHARING"}': 0,
    'dts_certificate_usable{site=""}': 1,
    'dts_certificate_usable{site="PROJ"}': 0,
    'dts_certificate_usable{site="SHARING"}': undefined,
    'dts_destination_certificate_usable{site="",destination="PACS"}': 1,
    'dts_destination_certificate_usable{site="",destination="LOST"}': 0,
    'dts_arrivals{site="",state="set-aside"}': 1,
    'dts_arrivals{site="",state="arriving"}': 0,
    'dts_jobs{site="",state="failed"}': 1,
    'dts_jobs{site="",state="done"}': 0,
    'dts_jobs{site="PROJ",state="failed"}': 0,
    'dts_jobs{site="SHARING",state="failed"}': undefined,
    'dts_deliveries{site="",state="pending"}': 0,
    'dts_disk_short{site=""}': 0,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(values.get(name), value, name);
  assert.ok((values.get('dts_disk_free_bytes{site=""}') ?? 0) > 0);
  for (const file of [pair.cert, authority.cert, shown.cert]) {
    const expiry = Date.parse(new X509Certificate(await readFile(file)).validTo) / 1000;
    assert.equal(values.get(`dts_certificate_expiry_timestamp_seconds{site="",file="${file}"}`), expiry);
  }
});

test('writes a file that others may read, whole, in place of the one before, and prints nothing', async (t) => {
  const station = await makeStation(t);
  const folder = join(station.root, 'collector');
  await mkdir(folder);
  const file = join(folder, 'dts.prom');
  for (let time = 0; time < 2; time += 1) {
    assert.deepEqual(await station.dts(['metrics', '--textfile', file]), { status: 0, signal: null, stdout: '', stderr: '' });
  }
  assert.deepEqual(await readdir(folder), ['dts.prom']);
  assert.equal((await stat(file)).mode & 0o777, 0o644);
  assert.equal(parse(await readFile(file, 'utf8')).get('dts_receiver_up{site=""}'), 0);
});

test('says so where the file cannot be written', async (t) => {
  const station = await makeStation(t);
  const { status, stdout, stderr } = await station.dts(['metrics', '--textfile', join(station.root, 'nowhere', 'dts.prom')]);
  assert.deepEqual([status, stdout], [74, '']);
  assert.match(stderr, /^dts metrics: error: ENOENT: .*nowhere/);
});
