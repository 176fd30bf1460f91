// Every page and screen by axe-core, on a laptop and a phone, and with letters of twice the size: nothing that keeps somebody out.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { App, Hub, cardPhoto, folder, openBrowser, phonePage, root, SIZES } from './stage.mjs';
import { judge } from './axe.mjs';
import { Kader } from './kader.mjs';
import { Office } from './office.mjs';
import { Worker } from './worker.mjs';

// What only somebody with a second factor meets.
const UNLINKED = ['/masuk/kode'];
const LAPTOP = { width: 1280, height: 800 };

// The office's addresses that are pages, from the table that its router is made of.
function pages() {
  const table = fs.readFileSync(path.join(root, 'crates/hub/src/office/routes.rs'), 'utf8');
  const paths = [...table.matchAll(/\bpage\(\s*Act::\w+,\s*"([^"]+)"/g)].map(([, path]) => path);
  return paths.map(path => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`) }));
}

// What a kader's phone tells of a visit.
async function visited(hub, nik) {
  const ask = async (path, body, token) => {
    const answer = await fetch(`${hub.url}/v1/${path}`, {
      method: 'POST', body: JSON.stringify({ version: 1, nonce: 'access', ...body }),
      headers: { 'content-type': 'application/json', ...token && { authorization: `Bearer ${token}` } },
    });
    assert.equal(answer.status, 200, path);
    return answer.json();
  };
  const { token } = await ask('pair', { code: hub.code().code, device_name: 'access' });
  assert.ok((await ask('candidates', { outcomes: [{ nik, outcome: 'moved' }] }, token)).has_outcomes);
}

// What a person does before there is anything to see: a list, a file for BPJS, its answer, and a batch, each with its faults.
async function fill(office) {
  const { page, hub: { url } } = office;
  const [bad, good] = ['9,90101E+15', '9901011205849001'];
  await page.goto(`${url}/daftar`);
  await page.selectOption('[name=sumber]', { index: 1 });
  await office.bring('form[action="/daftar"]', 'daftar.csv', `NIK;Nama;Desa\n${good};Contoh Suminten;35.22.28.2004\n${bad};Contoh Rusak;Mojodelik`);
  await page.click('button:has-text("Periksa semua baris")');
  await office.settled('Ini baru pemeriksaan');
  await page.click('button:has-text("Masukkan 1 orang")');
  await office.settled('1 orang sudah dimasukkan');
  await visited(office.hub, good);
  await page.goto(`${url}/daftar`);
  await page.selectOption('[name=sumber]', { index: 1 });
  await office.bring('form[action="/daftar"]', 'daftar lain dengan nama yang panjang sekali.csv', `Nomor;Siapa\n${good};Contoh Wagiman`);
  await page.goto(`${url}/berkas`);
  await page.click('button:has-text("Buat berkas")');
  await office.settled('Siap diunduh');
  const csv = await (await page.request.get(`${page.url()}/csv`)).text();
  const [first, second] = csv.split('\n').slice(1).map(row => row.split(';')[1]);
  await office.bring('form[action$="/jawaban"]', 'jawaban.csv', `NIK;KPJ;TMT;Keterangan\n${first};26000000001;01/12/2026;\n${second};;;NIK tidak padan\n${good};26000000077;01/12/2026;`);
  await page.click('button:has-text("Periksa semua baris")');
  await office.settled('Ini baru pemeriksaan');
  await page.click('button:has-text("Masukkan 2 jawaban")');
  await office.settled('2 jawaban sudah dimasukkan');
  await page.goto(`${url}/periksa`);
  await page.click('form[action="/periksa/sekaligus"] button');
  await page.waitForURL(/sekaligus\//);
  await page.goto(`${url}/`);
}

test('the office keeps nobody out', async t => {
  const faults = [], found = [];
  const hub = await Hub.demo(folder('access'), { more: 30 });
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await hub.kill(); });
  const known = pages();
  const seen = new Map(known.map(({ path }) => [path, 0]));

  const visitor = await browser.newPage();
  await visitor.goto(`${hub.url}/masuk`);
  found.push(...await judge(visitor, '/masuk', [LAPTOP, SIZES.small]));
  seen.set('/masuk', 1);
  await visitor.goto(`${hub.url}/kartu`);
  found.push(...await judge(visitor, '/kartu', [LAPTOP, SIZES.small]));
  await visitor.fill('#nomor', 'K7QM3-XRD8P');
  await visitor.fill('#ahli_waris', 'Siapa');
  await visitor.click('button');
  await visitor.waitForSelector('[role=alert]');
  found.push(...await judge(visitor, '/kartu, not found', [LAPTOP, SIZES.small]));
  for (const path of ['/kartu', '/kartu.css']) seen.set(path, 1);

  const office = await Office.open(browser, hub, faults, hub, LAPTOP);
  const { page } = office;
  await fill(office);
  const waiting = [new URL(page.url())], met = new Set();
  while (waiting.length) {
    const url = waiting.shift();
    const match = known.find(({ path }) => path === url.pathname) ?? known.find(({ pattern }) => pattern.test(url.pathname));
    // two of each kind: one may be empty where the other is full
    if (!match || met.has(url.href) || seen.get(match.path) >= 2) continue;
    met.add(url.href);
    const answer = await page.request.get(url.href);
    seen.set(match.path, seen.get(match.path) + 1);
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
    await page.goto(url.href);
    // a page whose work is under way comes again by itself
    await page.waitForSelector('meta[http-equiv=refresh]', { state: 'detached' });
    found.push(...await judge(page, match.path, [LAPTOP, SIZES.large]));
    const links = await page.$$eval('a[href], link[rel=stylesheet], link[rel=icon], script[src], img[src]', all => all.map(one => one.href || one.src));
    const asked = await page.$$eval('form', forms => forms.filter(form => form.method === 'get').map(form => {
      for (const input of form.querySelectorAll('input[type=number]')) input.value ||= '4';
      return `${form.action.split('?')[0]}?${new URLSearchParams(new FormData(form))}`;
    }));
    waiting.push(...[...links, ...asked].map(link => new URL(link)).filter(link => link.origin === hub.url));
  }
  const unseen = [...seen].filter(([path, times]) => !times && !UNLINKED.includes(path)).map(([path]) => path);
  assert.deepEqual(unseen, [], 'no link leads there');
  assert.deepEqual(found, []);
  assert.deepEqual(faults, []);
});

test('the app keeps nobody out', async t => {
  const faults = [], found = [];
  const hub = await Hub.open();
  const app = await App.open();
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await Promise.all([app.kill(), hub.kill()]); });
  const page = await phonePage(browser, app, faults);
  const kader = new Kader(page);
  const look = async where => found.push(...await judge(page, where));
  const person = {
    nik: '9901010101909999', name: 'Contoh Ahmad Suparman Wiryo Kusumo Adiningrat', birthPlace: 'Blora', address: 'Dusun Ngasem',
    rt: '12', rw: '4', occupation: 'ojek', workplace: 'Pangkalan ojek pasar', heir: 'Contoh Istri', relation: 'spouse',
  };

  await page.waitForSelector('#i-am-kader');
  await look('welcome');
  await page.click('#help');
  await page.waitForSelector('#page-cover');
  await look('help');
  for (const key of await page.$$eval('[id^=page-]', all => all.map(one => one.id))) {
    await page.click(`#${key}`);
    await page.waitForSelector('div.picture svg');
    await look(key);
    await page.click('#back');
    await page.waitForSelector(`#${key}`);
  }
  await page.click('#tell');
  await page.waitForSelector('#new-office');
  await look('report');
  await page.click('#back');
  await page.waitForSelector('#tell');
  await page.click('#back');
  await kader.begin();
  await look('pair');
  await kader.pair(hub.url, hub.code().code);
  await look('home, empty');
  await kader.start();
  await look('card, empty');
  await kader.type('nik', person.nik);
  await kader.pick('ktp.jpg', await cardPhoto(browser, { nik: person.nik }));
  await look('card');
  await page.click('#next');
  await page.waitForSelector('#field-name');
  await look('identity, empty');
  await kader.identity(person);
  await look('identity');
  await kader.next('#field-workplace');
  await look('work');
  await kader.work(person);
  await kader.next('#field-heir_name');
  await kader.heir(person);
  await look('heir');
  await kader.next('#save');
  await look('check');
  await kader.save();
  await look('record');
  await page.click('#open-slip');
  await page.waitForSelector('#slip-code');
  await look('receipt');
  await page.click('#slip-done');
  await page.waitForSelector('#standing');
  await kader.home();
  await look('home');
  for (const tab of [1, 2]) {
    await page.locator('nav.tabs a').nth(tab).click();
    await page.waitForTimeout(300);
    await look(`tab ${tab}`);
  }
  await page.click('#handover');
  await page.waitForSelector('#take-code');
  await look('handover');
  assert.deepEqual(found, []);
  assert.deepEqual(faults, []);
});

test('a worker\'s own phone keeps nobody out', async t => {
  const faults = [], found = [];
  const hub = await Hub.demo(folder('access-worker'));
  const app = await App.open();
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await Promise.all([app.kill(), hub.kill()]); });
  const page = await phonePage(browser, app, faults);
  const worker = new Worker(page);
  const look = async where => found.push(...await judge(page, where));
  await page.click('#i-am-worker');
  await worker.says('Belum ada kartu');
  await look('no card');
  await page.click('#add-card');
  await page.waitForSelector('#type-receipt');
  await look('add');
  for (const state of ['active', 'received', 'needs_correction']) {
    const { number, heir } = await hub.receipt(state);
    await worker.type(hub.url, number, 'salah');
    await worker.says('Tidak ada yang cocok');
    if (state === 'active') await look('typed, wrong');
    await page.fill('#heir', heir);
    await page.click('#open-card');
    await page.waitForSelector('#stand');
    await look(`card, ${state}`);
  }
  await page.click('#remove');
  await look('remove');
  await worker.cards();
  await look('family');
  const old = await browser.newPage();
  const { number, heir } = await hub.receipt('active');
  await old.goto(`${hub.url}/kartu`);
  await old.fill('#nomor', number);
  await old.fill('#ahli_waris', heir);
  await old.click('button');
  await old.waitForSelector('.code');
  found.push(...await judge(old, '/kartu, card', [LAPTOP, SIZES.small]));
  assert.deepEqual(found, []);
  assert.deepEqual(faults, []);
});
