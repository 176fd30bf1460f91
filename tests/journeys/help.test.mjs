// A stranger's phone reads what the protection is worth, without a signal and without a PIN, and reports an irregularity: the
// office sees it once and closes it, the village head never does.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { judge } from './axe.mjs';
import { App, Hub, Network, folder, freePort, openBrowser, phonePage, shoot } from './stage.mjs';
import { Kader, PIN } from './kader.mjs';
import { Office } from './office.mjs';

const SIZES = { laptop: { width: 1280, height: 800 } };
const WORDS = 'Pak Contoh dari balai desa minta Rp50.000 untuk kartu. Kejadiannya hari Senin di rumah saya.';

// All that lies in a folder, as it would be read by whoever takes the phone.
function filesOf(data) {
  const names = fs.readdirSync(data, { recursive: true }).map(name => path.join(data, name));
  return names.filter(name => fs.statSync(name).isFile());
}

// What a file says to whoever opens it: what a letter holds stands there in base64.
function readable(name) {
  const bytes = fs.readFileSync(name);
  return name.endsWith('.letter') ? Buffer.concat([bytes, Buffer.from(JSON.parse(bytes).content, 'base64')]) : bytes;
}

// Every heading that the outcome of a report shows from now on, also for a moment.
const outcomes = page => page.evaluate(() => {
  window.outcomes = [];
  const look = () => { const now = document.querySelector('#written h2')?.textContent; if (now) window.outcomes.push(now); };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
});

test('what the protection is worth, and who may not ask for money', async t => {
  const faults = [];
  const hub = await Hub.demo(folder('help'));
  const network = await Network.to(hub);
  network.cut();
  const data = folder('stranger');
  const [stranger, paired] = [await App.open(data), await App.open()];
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await Promise.all([stranger.kill(), paired.kill(), hub.kill()]); });
  const page = await phonePage(browser, stranger, faults);
  const says = text => page.locator('body', { hasText: text }).waitFor();
  const back = async waitFor => { await page.click('#back'); await page.waitForSelector(waitFor); };
  let number;

  await t.test('the first screen of a fresh phone leads to the pages, which need nothing', async () => {
    await page.click('#help');
    await page.waitForSelector('#page-death_pays');
    await says('Tidak ada yang boleh meminta uang kepada Anda.');
    await shoot(page, '90-help');
    await page.click('#page-death_pays');
    await says('Rp42.000.000');
    await says('3 bulan pertama berbeda');
    await says('Ini belum pasti. Tanyakan dulu: 175.');
    await shoot(page, '91-help-death');
    assert.equal(await page.getAttribute('a.call', 'href'), 'tel:175');
    await page.click('#next');
    await says('Rp174.000.000');
    await back('#page-after_death');
    const keys = await page.$$eval('[id^=page-]', all => all.map(one => one.id));
    for (const key of keys) {
      await page.click(`#${key}`);
      await page.waitForSelector('div.picture svg');
      await shoot(page, `92-${key}`);
      await back(`#${key}`);
    }
  });

  await t.test('papers that are ticked off stay so', async () => {
    await page.click('#page-after_death');
    const tick = page.locator('[role=checkbox]', { hasText: 'Akta kematian' });
    await tick.click();
    await page.waitForSelector('[role=checkbox][aria-checked=true]');
    await page.reload();
    await page.click('#help');
    await page.click('#page-after_death');
    await page.waitForSelector('[role=checkbox][aria-checked=true]');
    assert.equal(await page.locator('[role=checkbox][aria-checked=true]').count(), 1);
    await back('#page-after_death');
  });

  await t.test('a half-written report survives the way back and the end of the app', async () => {
    const isThere = async () => {
      await page.waitForSelector('#choice-kind-money[aria-checked=true]');
      assert.equal(await page.inputValue('#said'), WORDS);
      assert.equal(await page.inputValue('#office'), network.url);
      await page.waitForSelector('#drop-village');
    };
    await page.click('#tell');
    await page.waitForSelector('#new-office');
    await shoot(page, '93-report');
    await page.click('#send');
    await says('Pilih dulu apa yang terjadi.');
    await page.click('#choice-kind-money');
    await page.fill('#village', 'mojodelik');
    await page.click('.suggestions .choice');
    await page.waitForSelector('#drop-village');
    await page.fill('#office', network.url);
    await page.locator('#said').pressSequentially(WORDS);
    await says('Tulisan ini tersimpan di HP ini');
    await back('#page-free');
    await page.click('#tell');
    await isThere();
    await stranger.kill();
    for (const name of filesOf(data)) assert.ok(!readable(name).includes('Pak Contoh'), name);
    await stranger.begin();
    await page.goto(stranger.url);
    await page.click('#help');
    await page.click('#tell');
    await isThere();
    await shoot(page, '94-report-filled');
    assert.deepEqual(await judge(page, 'a half-written report'), []);
    await page.click('#drop-draft');
    await shoot(page, '94-report-drop');
    await page.click('#drop-draft-no');
    await isThere();
  });

  await t.test('a report is written without a signal, to an address, and without a name', async () => {
    await outcomes(page);
    await page.click('#send');
    await page.waitForSelector('#written');
    await says('Menunggu sinyal. Kalau sinyalnya ada, cocokkan alamat kantornya.');
    assert.deepEqual([...new Set(await page.evaluate(() => window.outcomes))], ['Laporan tersimpan'], 'never shown as sent');
    number = await page.textContent('#written .letter-number');
    assert.match(number, /^[0-9A-F]{4}-[0-9A-F]{4}$/);
    await shoot(page, '95-report-waits');
  });

  await t.test('nothing of it can be read in the phone’s files', async () => {
    const files = filesOf(data);
    const letter = files.find(name => name.endsWith('.letter'));
    assert.ok(readable(letter).length > fs.readFileSync(letter).length + 1000, 'the letter is looked into');
    assert.ok(!files.some(name => path.basename(name).startsWith('draft')), 'the draft has gone with its key');
    for (const name of files) assert.ok(!readable(name).includes('Pak Contoh'), name);
  });

  await t.test('it goes when the signal returns, also after the app was killed', async () => {
    await stranger.kill();
    await network.mend();
    await stranger.begin();
    await page.goto(stranger.url);
    await page.click('#help');
    await page.click('#tell');
    await page.waitForSelector('#known-office');
    await page.waitForSelector('#letters', { state: 'detached' });
    assert.deepEqual(fs.readdirSync(path.join(data, 'letters')).filter(name => name.endsWith('.letter')), []);
    assert.ok(!stranger.log.includes('Pak Contoh'));
  });

  await t.test('the office sees it once, takes it up and closes it', async () => {
    const office = await Office.open(browser, hub, faults, hub, SIZES.laptop, SIZES);
    await office.says('3 pengaduan baru');
    await office.page.goto(`${hub.url}/pengaduan`);
    assert.equal(await office.page.locator('table a', { hasText: 'Diminta uang' }).count(), 2, 'one is the demo’s');
    await office.shoot('96-office-irregularities');
    await office.page.click(`tr:has-text("${number}") a`);
    await office.says('Pak Contoh dari balai desa');
    await office.says('Tanpa nama');
    await office.shoot('97-office-irregularity');
    await office.page.click('button:has-text("Saya tangani")');
    await office.says('Ditangani');
    await office.page.fill('[name=hasil]', 'Uang dikembalikan di depan saksi. Petugas ditegur.');
    await office.page.click('button:has-text("Tutup pengaduan")');
    await office.says('Petugas ditegur.');
    await office.shoot('98-office-closed');
    await office.page.goto(`${hub.url}/pengaduan?status=new`);
    assert.equal(await office.page.locator('table a[href^="/pengaduan/"]').count(), 2);
    assert.ok(!hub.log.includes('Pak Contoh'));
  });

  await t.test('a closed report that is opened again keeps what was found, and an old page takes no step', async () => {
    const [one, other] = [await Office.open(browser, hub, faults, hub, SIZES.laptop, SIZES), await Office.open(browser, hub, faults, hub, SIZES.laptop, SIZES)];
    for (const { page: office } of [one, other]) {
      await office.goto(`${hub.url}/pengaduan?status=closed`);
      await office.click(`tr:has-text("${number}") a`);
    }
    await one.page.click('button:has-text("Buka lagi")');
    await one.says('Ditangani');
    await one.page.fill('[name=hasil]', 'Warga lain juga diminta. Dilaporkan ke inspektorat.');
    await one.page.click('button:has-text("Tutup pengaduan")');
    await one.says('Dilaporkan ke inspektorat.');
    await one.says('Petugas ditegur.');
    await one.shoot('98b-office-closed-twice');
    // the browser notes the conflict in its console; it is wanted here
    const before = faults.length;
    await other.page.click('button:has-text("Buka lagi")');
    await other.says('Lihat dulu keadaannya sekarang.');
    assert.ok(faults.splice(before).every(fault => /status of 409/.test(fault)));
    await other.page.click('a:has-text("Buka kembali")');
    await other.says('Dilaporkan ke inspektorat.');
  });

  await t.test('among many reports a village’s are found, page after page', async () => {
    await hub.fill('reports_fixture', '131');
    const office = await Office.open(browser, hub, faults, hub, SIZES.laptop, { ...SIZES, phone: { width: 360, height: 640 } });
    const { page: list } = office;
    const rows = () => list.locator('table a[href^="/pengaduan/"]').count();
    await list.goto(`${hub.url}/pengaduan`);
    assert.equal(await rows(), 50);
    await list.click('button:has-text("Lebih lama")');
    await list.waitForURL(/setelah=/);
    assert.equal(await rows(), 50);
    await list.click('button:has-text("Lebih lama")');
    await list.waitForFunction(() => document.querySelectorAll('table a[href^="/pengaduan/"]').length < 50);
    assert.equal(await rows(), 134 - 100);
    await list.locator('nav.pages').scrollIntoViewIfNeeded();
    await office.shoot('98c-office-last-page');
    await list.selectOption('[name=desa]', '35.22.28.2004');
    await list.click('button:has-text("Saring")');
    await list.waitForURL(/desa=35/);
    assert.ok(await rows() < 50);
    await office.shoot('98d-office-one-village');
    await list.selectOption('[name=desa]', 'tanpa');
    await list.click('button:has-text("Saring")');
    await list.waitForURL(/desa=tanpa/);
    assert.equal(await rows(), 26);
  });

  await t.test('the village head is refused, and finds no link', async () => {
    const admin = await Office.open(browser, hub, faults, hub, SIZES.laptop, SIZES);
    const { page: people } = admin;
    await people.goto(`${hub.url}/orang`);
    await people.fill('[name=name]', 'budi.gayam');
    await people.selectOption('[name=role]', 'village');
    await people.selectOption('[name=village]', '35.22.28.2004');
    await people.click('form[action="/orang"] button.primary');
    const who = { user: 'budi.gayam', password: await people.textContent('p.code') };
    const head = await Office.open(browser, hub, faults, who, SIZES.laptop, SIZES);
    await head.page.fill('[name=old]', who.password);
    await head.page.fill('[name=new]', 'empat kata yang panjang');
    await head.page.fill('[name=again]', 'empat kata yang panjang');
    await head.page.click('form[action="/saya/sandi"] button.primary');
    await head.page.waitForURL(`${hub.url}/`);
    assert.equal(await head.page.locator('a[href^="/pengaduan"]').count(), 0);
    // the browser notes the refusal in its console; it is wanted here
    const before = faults.length;
    assert.equal((await head.page.goto(`${hub.url}/pengaduan`)).status(), 403);
    assert.ok(faults.splice(before).every(fault => /status of 403/.test(fault)));
  });

  await t.test('a kader’s phone reports too: behind the PIN, and before it', async () => {
    const phone = await phonePage(browser, paired, faults);
    const kader = new Kader(phone);
    await kader.pair(network.url, hub.code().code);
    // from the form behind the PIN to the one before it
    const lock = async () => {
      await phone.click('#back');
      await phone.waitForSelector('#page-free');
      await phone.click('#back');
      await phone.waitForSelector('nav.tabs');
      await phone.locator('nav.tabs a').nth(2).click();
      await phone.click('#lock');
      await phone.waitForSelector('#pin');
      await phone.click('#help');
      await phone.click('#tell');
    };
    await phone.locator('nav.tabs a').nth(2).click();
    await phone.click('#tell');
    await phone.waitForSelector('#known-office');
    await phone.click('#choice-kind-card');
    await phone.fill('#said', 'Kartu warga ditahan di rumah perangkat desa.');
    await kader.says('Tulisan ini tersimpan di HP ini');
    assert.equal(await phone.locator('text=Siapa pun yang memegang HP ini').count(), 0, 'it lies behind the PIN');
    await lock();
    await phone.waitForSelector('#said');
    assert.equal(await phone.inputValue('#said'), '', 'and is not read before it');
    await phone.click('#back');
    await phone.waitForSelector('#page-free');
    await phone.click('#back');
    await phone.waitForSelector('#pin');
    await kader.unlock();
    await phone.locator('nav.tabs a').nth(2).click();
    await phone.click('#tell');
    await phone.waitForSelector('#choice-kind-card[aria-checked=true]');
    await outcomes(phone);
    await phone.click('#send');
    await kader.says('Laporan terkirim');
    await shoot(phone, '99-report-arrived');
    await lock();
    await phone.waitForSelector('#known-office');
    await phone.click('#choice-kind-data');
    await phone.fill('#said', 'Foto KTP warga disebar di grup WhatsApp.');
    await phone.click('#send');
    await kader.says('Sudah diterima kantor.');
    await phone.click('#back');
    await phone.waitForSelector('#page-free');
    await phone.click('#back');
    await phone.fill('#pin', PIN);
    await phone.click('button[type=submit]');
    await phone.waitForSelector('nav.tabs');
  });

  await t.test('a wrong address says so, and what waits for it goes to the right one', async () => {
    const lost = await App.open();
    const phone = await phonePage(browser, lost, faults);
    const saysHere = text => phone.locator('body', { hasText: text }).first().waitFor();
    const tell = async (kind, words) => {
      await phone.waitForSelector('#said');
      await phone.click(`#choice-kind-${kind}`);
      await phone.fill('#said', words);
      await phone.click('#send');
      await phone.waitForSelector('#written');
      return phone.textContent('#written .letter-number');
    };
    const wrong = `http://127.0.0.1:${await freePort()}`;
    await phone.click('#help');
    await phone.click('#tell');
    await phone.fill('#office', wrong);
    await tell('money', 'Diminta uang untuk kartu.');
    await saysHere('cocokkan alamat kantornya');
    await saysHere('Terakhir dicoba');
    assert.equal(await phone.textContent('#unreached strong'), wrong);
    await shoot(phone, '95-report-wrong-address');
    assert.deepEqual(await judge(phone, 'a wrong address'), []);
    await phone.click('#another');
    await phone.waitForSelector('#office');
    assert.equal(await phone.inputValue('#said'), '');
    await phone.waitForFunction(url => document.querySelector('#office').value === url, wrong);
    const second = await tell('other', 'Salah tulis.');

    await phone.click('#back');
    await phone.click('#tell');
    await phone.waitForFunction(() => document.querySelectorAll('#letters .row').length === 2);
    await phone.click(`#forget-${second}`);
    await saysHere('isinya hilang');
    await shoot(phone, '95-report-forget');
    assert.deepEqual(await judge(phone, 'a report is to be removed'), []);
    await phone.click(`#forget-${second}-no`);
    await phone.click(`#forget-${second}`);
    await phone.click(`#forget-${second}-yes`);
    await phone.waitForFunction(() => document.querySelectorAll('#letters .row').length === 1);

    network.showLogin();
    await phone.click('#readdress');
    await phone.fill('#right-office', network.url);
    await shoot(phone, '95-report-readdress');
    await phone.click('#readdress-go');
    await saysHere('Yang menjawab bukan kantor. Cocokkan alamatnya.');
    await phone.waitForFunction(url => document.querySelector('#office').value === url, network.url);
    await shoot(phone, '95-report-login-page');
    network.showLogin(null);
    await phone.click('#send-now:enabled');
    await phone.waitForSelector('#letters', { state: 'detached' });
    await phone.waitForSelector('#known-office');
    await lost.kill();
    await phone.close();
  });

  await t.test('before the PIN too a tap that fails says so, until the person goes elsewhere', async () => {
    const broken = folder('broken');
    // no key, and nothing that could be emptied
    fs.writeFileSync(path.join(broken, 'worker'), '');
    const app = await App.open(broken);
    const phone = await phonePage(browser, app, faults);
    await phone.click('#start-anew');
    await phone.locator('.screen-note', { hasText: 'HP tidak bisa menyimpan' }).waitFor();
    await shoot(phone, '95-failed-before-pin');
    await phone.click('#help');
    await phone.waitForSelector('#page-free');
    await phone.waitForSelector('.screen-note', { state: 'detached' });
    await app.kill();
    await phone.close();
  });

  assert.deepEqual(faults, []);
});
