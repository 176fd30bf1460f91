// The live camera: it reads the office's code and a card's code, and where it is refused there is another way.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { App, Hub, codeFilm, folder, openBrowser, phonePage, shoot } from './stage.mjs';
import { Kader, PIN } from './kader.mjs';

test('a code held before the camera fills in the NIK', { timeout: 300_000 }, async t => {
  const faults = [];
  const hub = await Hub.open();
  const app = await App.open();
  const film = path.join(folder('film'), 'code.y4m');
  const plain = await openBrowser();
  fs.writeFileSync(film, await codeFilm(plain));
  await plain.close();
  const browser = await openBrowser([`--use-file-for-fake-video-capture=${film}`]);
  t.after(async () => {
    await browser.close();
    await Promise.all([app.kill(), hub.kill()]);
  });
  const page = await phonePage(browser, app, faults);
  const kader = new Kader(page);

  await t.test('a code that is no pairing code is named as such, and the link can be pasted instead', async () => {
    await page.click('text=Pindai kode dari kantor');
    await kader.says('Ini bukan kode sambungan Payung');
    await shoot(page, '40-pair-camera');
    await page.click('text=Ketik saja');
    const { link } = hub.code();
    await page.fill('#code', link);
    await page.fill('#pin', PIN);
    await page.fill('#pin-again', PIN);
    await page.click('button[type=submit]');
    await page.waitForSelector('#to-send', { timeout: 60_000 });
  });

  await t.test('the NIK is read, the camera closes by itself', async () => {
    await kader.start();
    await page.click('#scan');
    await kader.says('NIK terbaca dari kode');
    assert.equal(await kader.value('nik'), '3522 2845 0485 9999');
    await page.waitForSelector('#camera-video', { state: 'detached' });
  });

  await t.test('the place of the house is noted when the person allows it', async () => {
    await page.context().grantPermissions(['camera', 'geolocation']);
    await page.context().setGeolocation({ latitude: -7.15, longitude: 111.88, accuracy: 12 });
    await kader.next('#position');
    await page.click('#position');
    await kader.says('Lokasi tercatat, ketelitian sekitar 12 m');
    await page.click('#back');
    await page.waitForSelector('#field-nik');
  });

  await t.test('a refused camera says so and leaves the other ways', async () => {
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await page.click('#take-photo');
    await kader.says('Kamera belum diizinkan');
    await shoot(page, '41-camera-refused');
    await page.click('.camera .bottom .button');
    await page.waitForSelector('#camera-video', { state: 'detached' });
  });
  assert.deepEqual(faults, [], 'no page has complained');
});
