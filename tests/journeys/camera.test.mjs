// The live camera: it reads the office's code, a card's code and the printed NIK, and where it is refused there is
// another way.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { App, Hub, cardPhoto, filmed, openBrowser, phonePage, shoot } from './stage.mjs';
import { Kader, PIN } from './kader.mjs';

test('a code held before the camera fills in the NIK', async t => {
  const faults = [];
  const hub = await Hub.open();
  const app = await App.open();
  const browser = await filmed('code-with-nik.png');
  t.after(async () => {
    await browser.close();
    await Promise.all([app.kill(), hub.kill()]);
  });
  const page = await phonePage(browser, app, faults);
  const kader = new Kader(page);

  await t.test('a code that is no pairing code is named as such, and the link can be pasted instead', async () => {
    await kader.begin();
    await page.click('text=Pindai kode dari kantor');
    await kader.says('Ini bukan kode sambungan Payung');
    await shoot(page, '40-pair-camera');
    await page.click('text=Ketik saja');
    const { link } = hub.code();
    await page.fill('#code', link);
    await page.fill('#pin', PIN);
    await page.fill('#pin-again', PIN);
    await page.click('button[type=submit]');
    await page.waitForSelector('#to-send');
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
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'));
    });
    await page.click('#camera-again');
    await kader.says('Kamera sedang dipakai aplikasi lain');
    await page.click('#leave-camera');
    await page.waitForSelector('#camera-video', { state: 'detached' });
    assert.ok(await page.isEnabled('#photo'), 'a photo from the gallery is still possible');
  });
  assert.deepEqual(faults, [], 'no page has complained');
});

test('a KTP held before the camera: the NIK is read off the print', async t => {
  const faults = [];
  const hub = await Hub.open();
  const app = await App.open();
  const browser = await filmed('card.jpg', { width: 1280, height: 720, share: 0.68 });
  t.after(async () => {
    await browser.close();
    await Promise.all([app.kill(), hub.kill()]);
  });
  const page = await phonePage(browser, app, faults);
  const kader = new Kader(page);
  await kader.pair(hub.url, hub.code().code);

  await t.test('frames that agree fill it in and the line is shown above the field', async () => {
    await kader.start();
    await page.setViewportSize({ width: 640, height: 360 }); // as wide as the film: the card lies under the outline
    await page.click('#scan');
    await kader.says('NIK terbaca dari foto');
    await page.setViewportSize({ width: 360, height: 640 });
    assert.equal(await kader.value('nik'), '3522 2845 0485 9999');
    assert.ok(await page.evaluate(() => document.querySelector('#nik-line img').naturalWidth > 200));
    await shoot(page, '42-nik-from-print');
    await page.click('#back');
    await page.waitForSelector('#to-send');
  });

  await t.test('while a photo is aimed at: light, focus where the thumb points, and the NIK on the way', async () => {
    await equipped(page);
    await kader.start();
    await page.setViewportSize({ width: 640, height: 360 });
    await page.click('#take-photo');
    await page.click('#torch');
    await page.waitForFunction(() => document.querySelector('#torch').getAttribute('aria-pressed') === 'true');
    const box = await page.locator('.camera .view').boundingBox();
    await page.mouse.click(box.x + box.width / 4, box.y + box.height / 2);
    await kader.says('NIK terbaca', '.camera');
    assert.equal(await kader.value('nik'), '3522 2845 0485 9999');
    // the light's wish takes the way through Rust, the thumb's does not: either may come first
    await page.waitForFunction(() => window.asked.length === 2);
    const asked = await page.evaluate(() => window.asked);
    assert.ok(asked.some(wish => wish.torch === true), JSON.stringify(asked));
    const focus = asked.find(wish => wish.focusMode);
    assert.equal(focus.focusMode, 'single-shot');
    const [point] = focus.pointsOfInterest;
    assert.ok(Math.abs(point.x - 0.25) < 0.02 && Math.abs(point.y - 0.5) < 0.02, JSON.stringify(point));
    await page.waitForFunction(() => window.buzzes && window.tones);
    assert.deepEqual(await page.evaluate(() => [window.buzzes, window.tones]), [1, 1], 'hand and ear are told once');
    await shoot(page, '45-camera-photo', { wide: { width: 640, height: 360 } });
    await page.click('#shutter');
    await page.waitForSelector('#camera-video', { state: 'detached' });
    await page.waitForSelector('img.photo');
    await page.click('#take-photo');
    await page.waitForSelector('#torch[aria-pressed="false"]'); // the light went out with the camera
    await page.click('#close-camera');
    await page.setViewportSize({ width: 360, height: 640 });
    await page.click('#back');
    await page.waitForSelector('#to-send');
  });

  await t.test('a photo of 12 MP on its side gives the card, upright and cut along its edges, and the NIK', async () => {
    await kader.start();
    await kader.pick('12mp.jpg', await cardPhoto(browser, { width: 4000, height: 3000, orientation: 6 }));
    await kader.says('NIK terbaca dari foto');
    assert.equal(await kader.value('nik'), '3522 2845 0485 9999');
    const [width, height] = await page.evaluate(() => {
      const photo = document.querySelector('img.photo');
      return [photo.naturalWidth, photo.naturalHeight];
    });
    const margin = 0.03 * 85.6; // of the table, both sides together
    assert.ok(Math.abs(width / height - (85.6 + margin) / (53.98 + margin)) < 0.02, `${width} × ${height}`);
    assert.equal(await page.locator('#coach').count(), 0, 'nothing to find fault with');
    await shoot(page, '43-card-photo');
    const before = await page.locator('img.photo').getAttribute('src');
    await page.click('#photo-whole');
    await page.waitForFunction(before => document.querySelector('img.photo')?.src !== before, before);
    const shape = await page.evaluate(() => document.querySelector('img.photo').naturalWidth / document.querySelector('img.photo').naturalHeight);
    assert.ok(Math.abs(shape - 4 / 3) < 0.02, `the whole photo: ${shape}`);
  });

  await t.test('a typed NIK that differs from the print is pointed out, and the print can be taken over', async () => {
    await page.fill('#field-nik', '');
    await kader.type('nik', '3522284504858999');
    await kader.says('NIK di foto berbeda');
    await shoot(page, '44-nik-differs');
    await page.click('#nik-take');
    await page.waitForFunction(() => document.querySelector('#field-nik').value === '3522 2845 0485 9999');
  });
  assert.deepEqual(faults, [], 'no page has complained');
});

// Chromium's fake camera has neither lamp nor lens: the page is told that it has, and what it asks of them is kept.
const equipped = page => page.evaluate(() => {
  Object.assign(window, { asked: [], buzzes: 0, tones: 0 });
  MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, focusMode: ['continuous', 'single-shot'] });
  MediaStreamTrack.prototype.applyConstraints = async ({ advanced: [wish] }) => { window.asked.push(wish); };
  navigator.vibrate = () => { window.buzzes++; return true; };
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...when) { window.tones++; return start.apply(this, when); };
});

test('a camera that sees nothing says nothing and stays', async t => {
  const faults = [];
  const hub = await Hub.open();
  const app = await App.open();
  const browser = await openBrowser(); // Chromium's own test picture
  t.after(async () => {
    await browser.close();
    await Promise.all([app.kill(), hub.kill()]);
  });
  const page = await phonePage(browser, app, faults);
  const kader = new Kader(page);
  await kader.pair(hub.url, hub.code().code);
  await kader.start();
  await page.click('#scan');
  await page.waitForFunction(() => document.querySelector('#camera-video')?.videoWidth > 0);
  const frames = await page.evaluate(async () => {
    const { seen } = window.payung;
    let count = 0;
    window.payung.seen = () => { count++; seen(); };
    await new Promise(ok => setTimeout(ok, 4000));
    return count;
  });
  assert.ok(frames > 0, 'frames are looked at');
  assert.equal(await page.locator('#camera-video').count(), 1);
  assert.equal(await kader.value('nik'), '');
  await page.click('#leave-camera');
  await page.waitForSelector('#camera-video', { state: 'detached' });
  assert.deepEqual(faults, [], 'no page has complained');
});
