// From the door to the card: enrolled, agreed to, answered by BPJS, on the kader's phone without a signal, checked by another
// kader's camera; and when the hub ends the cover, both phones say so.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { judge } from './axe.mjs';
import { App, Hub, Network, cardPhoto, codeOn, filmed, openBrowser, phonePage, shoot, SIZES } from './stage.mjs';
import { Kader } from './kader.mjs';
import { Office } from './office.mjs';

const SITI = {
  nik: '3522284504859999', name: 'CONTOH SITI AMINAH BINTI WIRYO KUSUMO', birthPlace: 'Bojonegoro', address: 'Dusun Contoh 1', rt: '3', rw: '1',
  occupation: 'buruh_tani', workplace: 'Sawah', heir: 'CONTOH ANAK', relation: 'child',
};
const KPJ = '26000000001';

// The app asks for the PIN, or goes on where it was.
async function opened(kader) {
  await kader.page.waitForSelector('#pin, nav.tabs');
  if (await kader.page.locator('#pin').count()) await kader.unlock();
}

// Everybody whom the phone knows.
async function people(kader, search, standing) {
  await kader.page.locator('nav.tabs a').nth(1).click();
  await kader.page.fill('#search', search);
  await kader.page.locator('.row', { hasText: SITI.name }).filter({ hasText: standing }).waitFor();
}

// As somebody reads it whose letters are twice as large.
async function large(page, name) {
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  await shoot(page, `${name}-200`, { small: SIZES.small });
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
}

test("a worker's card", async t => {
  const faults = [];
  const hub = await Hub.open();
  const network = await Network.to(hub);
  const [mine, theirs] = [await App.open(), await App.open()];
  const browsers = [await openBrowser()];
  t.after(async () => {
    network.cut();
    await Promise.all([mine.kill(), theirs.kill(), hub.kill()]);
    await Promise.all(browsers.map(browser => browser.close()));
  });
  const [browser] = browsers;
  const page = await phonePage(browser, mine, faults);
  const kader = new Kader(page);
  const first = new Kader(await phonePage(browser, theirs, faults));
  await first.pair(hub.url, hub.code().code);
  await first.page.close();
  const office = await Office.open(browser, hub, faults);
  let code, other;

  await t.test('enrolled, agreed to, and answered by BPJS', async () => {
    await kader.pair(network.url, hub.code().code);
    await kader.enrol(SITI, await cardPhoto(browser, { nik: SITI.nik }));
    await page.waitForSelector('.timeline .ahead');
    await shoot(page, '95-person-waits');
    await kader.sync();
    await kader.toSend(0);
    await office.openRecord(SITI.name);
    await office.approve();
    await office.cover(SITI.nik, KPJ);
    await office.openRecord(SITI.name);
    await office.says('Kartu pekerja');
    await office.shoot('96-office-card');
  });

  await t.test("the card is on the kader's phone, also without a signal", async () => {
    await kader.sync();
    await people(kader, '', 'Aktif');
    network.cut();
    await page.reload();
    await opened(kader);
    await kader.open('CONTOH SITI');
    await kader.says('Berlaku', '#has-card');
    await kader.says('Menurut kantor per', '#as-of');
    await shoot(page, '97-person-covered');
    assert.deepEqual(await judge(page, 'a covered person'), []);
    await page.click('#show-card');
    await page.waitForSelector('#card-code');
    await kader.says(KPJ);
    await kader.says('Tidak ada yang boleh meminta uang', '#no-money');
    assert.equal(await page.locator('text=3522284504859999').count(), 0, 'the NIK is masked');
    code = await codeOn(page, '#card-code');
    await shoot(page, '98-card');
    assert.deepEqual(await judge(page, 'the card'), []);
    await large(page, '98-card');
    for (const [button, name, magic] of [['picture', 'kartu-payung.png', '\x89PNG'], ['a6', 'kartu-payung.pdf', '%PDF'], ['roll', 'kartu-payung.pdf', '%PDF']]) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#card-${button}`)]);
      assert.equal(download.suggestedFilename(), name, 'no name of a person');
      assert.equal(fs.readFileSync(await download.path()).subarray(0, 4).toString('latin1'), magic);
    }
    await page.click('#back');
    await page.waitForSelector('#standing');
  });

  await t.test('a second kader checks it with the camera, and finds the person', async () => {
    browsers.push(await filmed([code], { width: 960, height: 960, share: 0.6 }));
    other = new Kader(await phonePage(browsers[1], theirs, faults));
    await opened(other);
    await other.sync();
    await people(other, 'aminah', 'Berlaku');
    await shoot(other.page, '99-search');
    await other.page.click('#find');
    await other.says('Didaftarkan lewat HP kader lain');
    await shoot(other.page, '100-other-phones-person');
    await other.page.click('#back');
    await other.page.click('a#check');
    await other.page.waitForSelector('#scan');
    await shoot(other.page, '101-check');
    await other.page.click('#scan');
    await other.page.waitForSelector('#verdict[data-verdict=good]');
    await other.says('Daftar kartu yang dihentikan per', '#list-as-of');
    await shoot(other.page, '102-valid');
    assert.deepEqual(await judge(other.page, 'a valid card'), []);
    await large(other.page, '102-valid');
  });

  await t.test('the office ends the cover: after the next sync both phones say so', async () => {
    await office.openRecord(SITI.name);
    await office.page.click('#akhiri summary');
    await office.page.check('[name=reason][value=died]');
    await office.leaving(() => office.page.click('#akhiri button.refuse'));
    await other.page.click('#scan');
    await other.page.waitForSelector('#camera-video');
    await other.page.waitForSelector('#camera-video', { state: 'detached' });
    await other.page.waitForSelector('#verdict[data-verdict=good]');
    await other.page.evaluate(() => window.__back()); // the phone's back key
    await other.page.waitForSelector('nav.tabs');
    await other.sync();
    await people(other, KPJ, 'Dihentikan');
    await other.page.click('a#check');
    await other.page.click('#scan');
    await other.page.waitForSelector('#verdict[data-verdict=refuse]');
    await other.says('Dihentikan', '#verdict');
    await shoot(other.page, '103-ended');
    assert.deepEqual(await judge(other.page, 'an ended card'), []);
    await network.mend();
    await kader.sync();
    await people(kader, SITI.nik, 'Berakhir');
    await kader.open('CONTOH SITI');
    await kader.says('Dihentikan', '#has-card');
    await shoot(page, '104-person-ended');
    await page.click('#show-card');
    await page.waitForSelector('#verdict[data-verdict=refuse]');
    assert.equal(await page.locator('#card-code').count(), 0, 'what is over is no longer shown as a card');
  });

  assert.deepEqual(faults, []);
});
