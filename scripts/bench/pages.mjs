// How long every page of the office takes at a regency's full size, as each role: a table of median and p95 in milliseconds.
//   node scripts/bench/pages.mjs HUB_PROGRAM DATA [PEOPLE]
// DATA is filled by `payung-hub demo --regency` where it is not yet. Addresses come from docs/rights.md: one without an
// example in examples.mjs is named at the end, and the run fails.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { examples } from './examples.mjs';
import { Office } from './office.mjs';

const [, , program, data, people = '192746'] = process.argv;
const root = path.resolve(import.meta.dirname, '../..');
const TIMES = 20;
const MOST = { median: 100, p95: 300 };
// a longer answer is a download, measured and not judged
const MOST_PAGE = 1 << 20;

const begin = Date.now();
const told = JSON.parse(execFileSync(program, ['demo', '--regency', '--people', people, '--more', '20', '--data', data, '--json'], { encoding: 'utf8', env: { ...process.env, PAYUNG_LOG: 'error' } }));
console.log(`${told.records} records, ready after ${Math.round((Date.now() - begin) / 1000)} s (a second run finds them)\n`);

const hub = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, PAYUNG_LOG: 'error' } });
process.on('exit', () => hub.kill());
const url = await new Promise(ok => hub.stdout.once('data', text => ok(String(text).match(/http:\S+/)[0])));

const office = new Office(url);
const roles = { admin: 'kantor', verifier: 'ani.verifikator', village: 'kades.mojodelik', auditor: 'auditor' };
for (const [role, name] of Object.entries(roles)) await office.signIn(role, name, told.password);
const known = await examples(office, told.village);

const whole = (route, example) => (route.includes('{') ? route.slice(0, route.indexOf('{') - 1) : route) + example;
const addresses = fs.readFileSync(path.join(root, 'docs/rights.md'), 'utf8').matchAll(/^\| `GET (\S+)` \|/gm);
const missing = [], rows = [];
for (const [, route] of addresses) {
  const some = known.all[route] ?? (route.includes('{') ? [] : ['']);
  if (some.length === 0) missing.push(route);
  for (const example of some) rows.push(whole(route, example));
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
      const answer = await office.fetch(role, address, { headers: { 'accept-encoding': 'gzip' } });
      const body = await answer.arrayBuffer();
      times.push(performance.now() - from);
      size = Math.max(size, body.byteLength);
      status = answer.status;
    }
    times.sort((a, b) => a - b);
    const [median, p95] = [at(times, 0.5), at(times, 0.95)];
    if (status >= 500) slow.push(`${role} ${address}: answered with ${status}`);
    if (status < 400 && size <= MOST_PAGE && (median > MOST.median || p95 > MOST.p95)) slow.push(`${role} ${address}: ${median.toFixed(0)} / ${p95.toFixed(0)} ms`);
    cells.push(status >= 300 ? `(${status})` : `${median.toFixed(1)} / ${p95.toFixed(1)}`);
  }
  console.log(`| ${address.replace(/([0-9a-f]{8})[0-9a-f]{24,56}/, '$1…')} | ${(size / 1024).toFixed(0)} | ${cells.join(' | ')} |`);
}
await known.end();
hub.kill('SIGTERM');
console.log(`\n${rows.length} addresses as four roles, ${TIMES} calls each: median / p95 in ms; in brackets what a role is refused with.`);
for (const line of slow) console.log(`too slow (${MOST.median} / ${MOST.p95} ms): ${line}`);
for (const route of missing) console.log(`not tried, no example in scripts/bench/examples.mjs: ${route}`);
process.exitCode = slow.length + missing.length > 0 ? 1 : 0;
