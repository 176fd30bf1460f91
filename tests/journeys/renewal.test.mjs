// Next year begins with this year's people: confirmed at the door in two taps, without a signal.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { judge } from './axe.mjs';
import { App, Hub, Network, cardPhoto, folder, openBrowser, phonePage, root, shoot } from './stage.mjs';
import { Kader } from './kader.mjs';
import { Office } from './office.mjs';

const VILLAGE = '35.22.28.2004';
const people = ['9999', '9998', '9997'].map((serial, index) => ({
  nik: `990101010190${serial}`, name: `Contoh ${['Suparman Wiryo Kusumo Adiningrat', 'Sulastri', 'Paidi'][index]}`, birthPlace: 'Blora',
  address: 'Dusun Ngasem', rt: '12', rw: '4', occupation: 'ojek', workplace: 'Pangkalan pasar', heir: 'Contoh Istri', relation: 'spouse',
}));

// The demo's programme, a year later.
function nextYear() {
  const into = folder('programmes');
  const text = fs.readFileSync(path.join(root, 'assets/programmes/demo.toml'), 'utf8');
  const next = [['id = "demo"', 'id = "demo_2027"'], ['year = 2026', 'year = 2027'], ['"2026-01-01"', '"2027-01-01"'], ['Program percobaan', 'Program percobaan 2027']];
  const changed = next.reduce((text, [from, to]) => { assert.ok(text.includes(from), from); return text.replace(from, to); }, text);
  fs.writeFileSync(path.join(into, 'demo_2027.toml'), changed);
  return into;
}

// The first of a month, so that twelve months end with this one.
function coverBegan() {
  const today = new Date(), first = new Date(today.getFullYear(), today.getMonth() - 11, 1);
  return `01/${String(first.getMonth() + 1).padStart(2, '0')}/${first.getFullYear()}`;
}

test('a year later the kader asks those who were covered', async t => {
  const faults = [], programmes = nextYear();
  const hub = await Hub.open({ programmes });
  const network = await Network.to(hub);
  const app = await App.open();
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); network.cut(); await Promise.all([app.kill(), hub.kill()]); });
  const page = await phonePage(browser, app, faults);
  const kader = new Kader(page);

  await t.test('three are enrolled, approved and covered', async () => {
    await kader.pair(network.url, hub.code().code);
    for (const person of people) {
      await kader.enrol(person, await cardPhoto(browser, { nik: person.nik }));
      await kader.home();
    }
    await kader.toSend(0);
    const office = await Office.open(browser, hub, faults);
    for (const { name } of people) {
      await office.openRecord(name);
      await office.approve();
    }
    await office.page.goto(`${hub.url}/berkas`);
    await office.page.click('button:has-text("Buat berkas")');
    await office.settled('Siap diunduh');
    const answers = people.map(({ nik }, index) => `${nik};2600000000${index};${coverBegan()};`);
    await office.bring('form[action$="/jawaban"]', 'jawaban.csv', ['NIK;KPJ;TMT;Keterangan', ...answers].join('\n'));
    await office.page.click('button:has-text("Periksa semua baris")');
    await office.settled('Ini baru pemeriksaan');
    await office.page.click('button:has-text("Masukkan 3 jawaban")');
    await office.settled('3 jawaban sudah dimasukkan');
    await office.page.context().close();
    await kader.sync();
    await page.waitForSelector('#reminders');
    await page.click('#reminders');
    await kader.says('Perlindungan berakhir');
    await shoot(page, '80-reminders-ending');
    assert.deepEqual(await judge(page, 'whom to see again'), []);
    await page.click('#back');
  });

  await t.test('the village enrols for the next year: without a signal, the same again is two taps', async () => {
    hub.run('village', 'add', VILLAGE, '--programme', 'demo_2027', '--programmes', programmes);
    await kader.sync();
    await kader.says('Program percobaan 2027');
    network.cut();
    await page.click('#reminders');
    await kader.says('Tanya perpanjangan');
    await shoot(page, '81-reminders-renewal');
    await page.locator('.row', { hasText: people[0].name }).click();
    await page.waitForSelector('#renew');
    await shoot(page, '82-renewal');
    assert.deepEqual(await judge(page, 'renewal'), []);
    await page.click('#renew');
    await page.waitForSelector('#slip-code');
    await kader.says('Program percobaan 2027');
    await kader.says(people[0].name);
    await page.click('#slip-done');
    await page.waitForSelector('#standing');
    await kader.home();
    await kader.toSend(1);
  });

  await t.test('what has changed is typed, and whoever has moved is let go and may be taken back', async () => {
    await page.click('#reminders');
    await page.locator('.row', { hasText: people[1].name }).click();
    await page.click('#renew-changed');
    await kader.next('#field-name');
    await kader.next('#field-workplace');
    await page.fill('#field-workplace', 'Pangkalan stasiun');
    await kader.next('#field-heir_name');
    await kader.choose('consent', 'spoken');
    await kader.next('#save');
    await kader.save();
    await kader.home();
    await page.click('#reminders');
    await page.locator('.row', { hasText: people[2].name }).click();
    await page.click('#renew-stop');
    await shoot(page, '83-renewal-stop');
    assert.deepEqual(await judge(page, 'why it ends'), []);
    await page.click('[data-why=Moved]');
    await page.waitForSelector('#stopped');
    await kader.says('Pindah dari desa ini');
    await shoot(page, '84-reminders-stopped');
    assert.deepEqual(await judge(page, 'who was let go'), []);
    await page.click('#stopped button');
    await page.locator('.row', { hasText: people[2].name }).getByText('Tanya perpanjangan').waitFor();
  });

  await t.test('with a signal they arrive, no double of the former record, and get their places', async () => {
    await network.mend();
    await kader.sync();
    await kader.toSend(0);
    const office = await Office.open(browser, hub, faults);
    for (const { name } of people.slice(0, 2)) {
      await office.page.goto(`${hub.url}/catatan?tab=semua&cari=${encodeURIComponent(name)}`);
      await office.page.locator('table tr', { hasText: 'Terkirim' }).locator('a').first().click();
      await office.page.waitForSelector('div.decide');
      assert.ok(!(await office.page.textContent('body')).includes('NIK yang sama'));
      await office.approve();
    }
    await office.page.context().close();
    await kader.sync();
    await page.locator('nav.tabs a').nth(1).click();
    // last year's lies below this year's
    await page.locator('.row', { hasText: people[0].name }).first().click();
    await page.waitForSelector('#standing');
    await kader.says('Disetujui', '#standing');
  });
  // what the browser says of the cut signal is meant
  assert.deepEqual(faults.filter(fault => !fault.includes('ERR_')), []);
});
