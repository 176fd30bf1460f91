// How long every page of the office takes at a regency's full size, as each role: a table of median and p95 in milliseconds.
//   node scripts/bench/pages.mjs HUB_PROGRAM DATA [PEOPLE]
// DATA is filled by `payung-hub demo --regency` where it is not yet. Addresses come from docs/rights.md: one without an
// example below is named at the end, and the run fails.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [, , program, data, people = '192746'] = process.argv;
const root = path.resolve(import.meta.dirname, '../..');
const TIMES = 20;
const MOST = { median: 100, p95: 300 };

const begin = Date.now();
const told = JSON.parse(execFileSync(program, ['demo', '--regency', '--people', people, '--data', data, '--json'], { encoding: 'utf8', env: { ...process.env, PAYUNG_LOG: 'error' } }));
console.log(`${told.records} records, ready after ${Math.round((Date.now() - begin) / 1000)} s (a second run finds them)\n`);

const hub = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, PAYUNG_LOG: 'error' } });
process.on('exit', () => hub.kill());
const url = await new Promise(ok => hub.stdout.once('data', text => ok(String(text).match(/http:\S+/)[0])));

const cookies = answer => answer.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ');
async function signIn(name) {
  const door = await fetch(`${url}/masuk`);
  const csrf = (await door.text()).match(/name="csrf" value="([^"]+)"/)[1];
  const answer = await fetch(`${url}/masuk`, {
    method: 'POST', redirect: 'manual', headers: { cookie: cookies(door), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrf, name, password: told.password }),
  });
  if (answer.status !== 303) throw new Error(`${name} may not sign in: ${answer.status}`);
  return cookies(answer);
}
const roles = { admin: 'kantor', verifier: 'ani.verifikator', village: 'kades.mojodelik', auditor: 'auditor' };
const signedIn = {};
for (const [role, name] of Object.entries(roles)) signedIn[role] = await signIn(name);
const page = async (role, at) => (await fetch(url + at, { headers: { cookie: signedIn[role] } })).text();

// What there is to look at: records of each state, a photo, a session, and pages far down the list.
const STATUS = ['undecided', 'needs_correction', 'placed', 'waiting_list', 'active', 'rejected', 'over'];
const idsIn = text => [...text.matchAll(/href="\/catatan\/([0-9a-f]{32})"/g)].map(found => found[1]);
const village = told.village;
const own = idsIn(await page('admin', `/catatan?desa=${village}`))[0];
const ids = own ? [own] : [];
for (const status of STATUS) ids.push(...idsIn(await page('admin', `/catatan?status=${status}`)).slice(0, 1));
const record = await page('admin', `/catatan/${ids[0]}`);
const photo = record.match(/\/foto\/([0-9a-f]{64})/)?.[1];
// where "Berikutnya" leads from a page
const after = text => text.match(/name="setelah" value="([^"]+)"/)?.[1];
let far = after(await page('admin', '/catatan?status=active'));
for (let turn = 0; far && turn < 20; turn++) far = after(await page('admin', `/catatan?status=active&setelah=${far}`)) ?? far;

const search = ['SITI', 'siti aminah', 'aminah si', 'si', 'S', 'xq', 'ZUBAIDAH SUWONDO', 'karto notosuwiryo', 'tidak ada', '99', '990101', '9903 1452'];
const EXAMPLES = {
  '/catatan': [
    '', '?halaman=2', ...STATUS.map(status => `?status=${status}`), `?desa=${village}`, `?desa=${village}&status=active`, `?desa=${village}&cari=siti`,
    ...(far ? [`?status=active&setelah=${far}`, `?status=active&sebelum=${far}`] : []),
    ...search.map(text => `?cari=${encodeURIComponent(text)}`), '?status=over&cari=siti', '?status=rejected&cari=xq', '?status=active&cari=si+am',
  ],
  '/catatan/{id}': ids.map(id => `/${id}`),
  '/foto/{sha256}': photo ? [`/${photo}`] : [],
  '/program/{id}': ['/bojonegoro_2025'],
  '/program/{id}/kuota': ['/bojonegoro_2025/kuota?tempat=1000'],
  '/gambaran': ['', '?kecamatan=35.22.28', '?hari=30'],
  '/gambaran/unduh/{nama}': ['desa', 'kecamatan', 'tunggu', 'pekan', 'celah', 'akhir', 'hp'].map(name => `/${name}`),
  '/gambaran/anggaran/{id}': ['/bojonegoro_2025'],
  '/orang/{name}': ['/ani.verifikator'],
  '/jejak': ['', '?orang=ani.verifikator', '?orang=auditor', '?sebelum=1000', ids[0] ? `?catatan=${ids[0]}` : ''],
};
const whole = (route, example) => (route.includes('{') ? route.slice(0, route.indexOf('{') - 1) : route) + example;
const addresses = fs.readFileSync(path.join(root, 'docs/rights.md'), 'utf8').matchAll(/^\| `GET (\S+)` \|/gm);
const missing = [], rows = [];
for (const [, route] of addresses) {
  const examples = EXAMPLES[route] ?? (route.includes('{') ? null : ['']);
  if (examples === null) { missing.push(route); continue; }
  for (const example of examples) rows.push(whole(route, example));
}

// the nearest rank: of twenty, the nineteenth is the 95th percentile
const at = (sorted, share) => sorted[Math.ceil(sorted.length * share) - 1];
const slow = [];
console.log('| page | kB | ' + Object.keys(roles).join(' | ') + ' |\n| --- | ---: |' + ' ---: |'.repeat(4));
for (const address of rows) {
  let size = 0;
  const cells = [];
  for (const role of Object.keys(roles)) {
    const times = [];
    let status;
    for (let time = 0; time < TIMES; time++) {
      const from = performance.now();
      const answer = await fetch(url + address, { redirect: 'manual', headers: { cookie: signedIn[role], 'accept-encoding': 'gzip' } });
      const body = await answer.arrayBuffer();
      times.push(performance.now() - from);
      size = Math.max(size, body.byteLength);
      status = answer.status;
    }
    times.sort((a, b) => a - b);
    const [median, p95] = [at(times, 0.5), at(times, 0.95)];
    if (status >= 500) slow.push(`${role} ${address}: answered with ${status}`);
    if (status < 400 && (median > MOST.median || p95 > MOST.p95)) slow.push(`${role} ${address}: ${median.toFixed(0)} / ${p95.toFixed(0)} ms`);
    cells.push(status >= 300 ? `(${status})` : `${median.toFixed(1)} / ${p95.toFixed(1)}`);
  }
  console.log(`| ${address.replace(/([0-9a-f]{8})[0-9a-f]{24,56}/, '$1…')} | ${(size / 1024).toFixed(0)} | ${cells.join(' | ')} |`);
}
hub.kill('SIGTERM');
console.log(`\n${rows.length} addresses as four roles, ${TIMES} calls each: median / p95 in ms; in brackets what a role is refused with.`);
for (const line of slow) console.log(`too slow (${MOST.median} / ${MOST.p95} ms): ${line}`);
for (const route of missing) console.log(`not tried, no example in scripts/bench/pages.mjs: ${route}`);
process.exitCode = slow.length + missing.length > 0 ? 1 : 0;
