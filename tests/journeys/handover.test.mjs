// A kader without a signal hands what waits to another kader's phone, as codes and as a file, and hears through that phone that
// the office has it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { App, Hub, Network, cardPhoto, drawn, filmed, fixture, openBrowser, phonePage, shoot } from './stage.mjs';
import { Kader } from './kader.mjs';

const SITI = {
  nik: '3522284504859999', name: 'CONTOH SITI', birthPlace: 'Bojonegoro', address: 'Dusun Contoh 1', rt: '3', rw: '1',
  occupation: 'buruh_tani', workplace: 'Sawah', heir: 'CONTOH ANAK', relation: 'child',
};

// Every code of the series that the screen shows, as pictures. They are noted as they pass and drawn afterwards: taking a picture
// may last longer than a code is shown.
async function codes(page) {
  const drawings = await page.evaluate(() => new Promise(ok => {
    const seen = new Map();
    const look = () => {
      const code = document.querySelector('#code'), count = Number(document.querySelector('#code-number').textContent.split(' ').at(-1));
      // the number changes with the drawing, but perhaps not in the same breath
      const note = () => seen.set(code.dataset.number, code.outerHTML);
      const { number } = code.dataset;
      setTimeout(() => { if (code.dataset.number === number) note(); if (seen.size === count) { clearInterval(timer); ok([...seen.values()]); } }, 60);
    };
    const timer = setInterval(look, 100);
  }));
  return drawn(page.context(), drawings, 360);
}

// Home has a link of the same name: clicked while the settings are drawn, it would lead nowhere.
async function settings(page) {
  await page.locator('nav.tabs a').nth(2).click();
  await page.waitForSelector('#price');
}

// A slow phone: the program listens for a file only when one has been chosen.
function listensLate() {
  let payung;
  Object.defineProperty(window, 'payung', {
    get: () => payung,
    set(glue) {
      const { pick } = glue;
      glue.pick = async (dioxus, id) => {
        while (!document.getElementById(id)?.files.length) await new Promise(ok => setTimeout(ok, 20));
        return pick(dioxus, id);
      };
      payung = glue;
    },
  });
}

// The app opens where it was left: there already, or somewhere with tabs.
async function handover(page) {
  await page.waitForSelector('#take-code, nav.tabs');
  if (await page.locator('#take-code').count()) return;
  await settings(page);
  await page.click('#handover');
  await page.waitForSelector('#take-code');
}

test('what waits goes with another phone', async t => {
  const faults = [];
  const hub = await Hub.open();
  const network = await Network.to(hub);
  const [owner, carrier] = [await App.open(), await App.open()];
  t.after(async () => {
    network.cut();
    await Promise.all([owner.kill(), carrier.kill(), hub.kill()]);
    await Promise.all(browsers.map(browser => browser.close()));
  });
  const browsers = [];
  const opened = async browser => { browsers.push(await browser); return browser; };
  const browser = await opened(openBrowser());
  let page = await phonePage(browser, owner, faults);
  let kader = new Kader(page);
  await kader.pair(network.url, hub.code().code);
  const other = new Kader(await phonePage(browser, carrier, faults));
  await other.pair(hub.url, hub.code().code);
  await other.page.close();
  let shown;

  await t.test('without a signal the home screen offers it, and the text is shown as codes', async () => {
    network.cut();
    await kader.enrol(SITI, await cardPhoto(browser, { nik: SITI.nik }));
    await kader.home();
    await page.waitForSelector('#handover');
    await shoot(page, '60-home-cut-off');
    await page.click('#handover');
    await kader.says('1 catatan dan 1 foto belum terkirim');
    await shoot(page, '61-handover');
    await page.click('#give-code');
    await page.waitForSelector('#code');
    await shoot(page, '62-series');
    shown = await codes(page);
    assert.ok(shown.length > 1, 'more than one code is needed');
    await page.click('#close-series');
  });

  await t.test('the other phone collects them, whichever comes first, and brings them to the office', async () => {
    const filming = await opened(filmed(shown.reverse(), { width: 960, height: 960, share: 0.7 }));
    const page = await phonePage(filming, carrier, faults);
    const kader = new Kader(page);
    await handover(page);
    await page.click('#take-code');
    await kader.says(`dari ${shown.length} kode`, '.camera');
    await shoot(page, '63-collecting');
    await kader.says('titipan disimpan');
    await shoot(page, '64-taken');
    await page.click('#back');
    await page.click('text=Kirim sekarang');
    await settings(page);
    await page.click('#handover');
    await page.waitForSelector('#answered');
    await shoot(page, '65-answered');
    assert.equal(await page.locator('#carried').count(), 0);
    await page.click('#back-code');
    await page.waitForSelector('#code');
    shown = await codes(page);
    await page.close();
  });

  await t.test('the receipts come back as codes: the text is sent, the photo still waits', async () => {
    await page.close();
    page = await phonePage(await opened(filmed(shown, { width: 960, height: 960, share: 0.7 })), owner, faults);
    kader = new Kader(page);
    await handover(page);
    await page.click('#take-code');
    await kader.says('Kantor sudah menerima titipan Anda');
    await kader.says('1 foto belum terkirim');
    assert.equal(await page.locator('#give-code').count(), 0, 'no text is left to show');
  });

  await t.test('the photo goes as a file, and what is no such file is named as such', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#give-file')]);
    assert.match(download.suggestedFilename(), /^titipan-\d{4}-\d{2}-\d{2}\.payung$/, 'no name of a person');
    const file = fs.readFileSync(await download.path());
    assert.ok(!file.includes(SITI.nik) && !file.includes('CONTOH'), 'sealed');
    const carried = await phonePage(browser, carrier, faults, listensLate);
    const other = new Kader(carried);
    await carried.waitForSelector('#take-code'); // where the app was left, and it stays there
    const open = buffer => carried.setInputFiles('#parcel-file', { name: 'titipan.payung', mimeType: '', buffer });
    await open(file.subarray(0, file.length - 9));
    await other.says('bukan berkas titipan yang utuh');
    await open(file);
    await other.says('titipan disimpan');
    await open(fixture('card.jpg'));
    await other.says('bukan berkas titipan yang utuh');
    await carried.click('#back');
    await carried.click('text=Kirim sekarang');
    await carried.click('#handover');
    await carried.waitForSelector('#carried', { state: 'detached' });
    await carried.close();
  });

  await t.test('with its own signal again the owner has nothing left to say, and the office has the record once', async () => {
    await network.mend();
    await page.click('#back');
    await page.click('text=Kirim sekarang');
    await kader.home();
    await kader.toSend(0);
    await kader.open(SITI.name);
    await kader.says('Terkirim', '#standing');
  });
  assert.deepEqual(faults, [], 'no page has complained');
});
