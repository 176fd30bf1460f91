// From the doorstep to the hub: the journey that Payung exists for, in the real UI, against the real hub process.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { App, Hub, Network, cardPhoto, fixture, openBrowser, phonePage, sha256, shoot } from './stage.mjs';
import { Kader } from './kader.mjs';
import { Office } from './office.mjs';

const people = {
  scanned: {
    nik: '3522284504859999', name: 'Contoh Siti Aminah', birthPlace: 'Bojonegoro', address: 'Dusun Krajan', rt: '3', rw: '1',
    occupation: 'buruh_tani', workplace: 'Sawah Dusun Krajan', heir: 'Contoh Ahli Waris', relation: 'child',
  },
  typed: {
    nik: '9901010101909999', name: 'Contoh Ahmad Suparman Wiryo Kusumo Adiningrat Hadi Prasetyo', birthPlace: 'Blora',
    address: 'Dusun Ngasem', rt: '12', rw: '4', occupation: 'ojek', workplace: 'Pangkalan ojek pasar', heir: 'Contoh Istri', relation: 'spouse',
  },
  turned: {
    nik: '9901026507859999', name: 'Contoh Sri Wahyuni', birthPlace: 'Tuban', address: 'Dusun Tengah', rt: '1', rw: '2',
    occupation: 'petani', workplace: 'Ladang jagung', heir: 'Contoh Suami', relation: 'spouse',
  },
  interrupted: {
    nik: '9901030511799999', name: 'Contoh Bambang', birthPlace: 'Bojonegoro', address: 'Dusun Lor', rt: '5', rw: '2',
    occupation: 'nelayan', workplace: 'Bengawan Solo', heir: 'Contoh Adik', relation: 'sibling',
  },
};
const card = (browser, person, extra = {}) => cardPhoto(browser, { nik: person.nik, ...extra });

test('four workers from a village without a signal to the office and back', async t => {
  const faults = [];
  const hub = await Hub.open();
  const network = await Network.to(hub);
  const app = await App.open();
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    network.cut();
    await Promise.all([app.kill(), hub.kill()]);
  });
  let page = await phonePage(browser, app, faults);
  let kader = new Kader(page);

  await t.test('the phone is paired with a code, and a wrong one is explained', async () => {
    await kader.begin();
    await shoot(page, '01-pair');
    const { code } = hub.code();
    await page.fill('#hub', network.url);
    await page.fill('#code', 'AAAA-AAAA');
    await page.fill('#pin', '246810');
    await page.fill('#pin-again', '246810');
    await page.click('button[type=submit]');
    await kader.says('Kode tidak dikenal');
    await kader.pair(network.url, code);
    await shoot(page, '02-home-empty');
  });

  await t.test("the browser's own Back and Forward lead through the screens", async () => {
    await page.locator('nav.tabs a').nth(2).click();
    await page.waitForSelector('#price');
    await page.goBack();
    await page.waitForSelector('#to-send');
    await page.goForward();
    await page.waitForSelector('#price');
    await kader.home();
    await page.waitForFunction(() => location.pathname === '/');
  });

  network.cut();
  await t.test('without a signal, one is enrolled by scanning a code from a picture', async () => {
    const person = people.scanned;
    await kader.start();
    await shoot(page, '03-card-empty');
    await kader.type('nik', '3522 2'); // half typed, then the code is found after all
    await kader.pick('code.png', fixture('code-with-nik.png'), 'image/png');
    await kader.says('NIK terbaca dari kode');
    assert.equal(await kader.value('nik'), '3522 2845 0485 9999');
    await kader.pick('ktp.jpg', await card(browser, person));
    await shoot(page, '04-card-filled');
    await kader.next('#field-name');
    assert.equal(await kader.value('birth_date'), '05-04-1985', 'the birth date comes from the NIK');
    assert.equal(await page.getAttribute('#choice-sex-female', 'aria-checked'), 'true', 'and so does the sex');
    await shoot(page, '05-identity-empty');
    await kader.identity(person);
    await kader.next('#field-workplace');
    await shoot(page, '06-work-empty');
    await kader.work(person);
    await shoot(page, '07-work-filled');
    await kader.next('#field-heir_name');
    await shoot(page, '08-heir');
    await kader.heir(person);
    await kader.next('#save');
    await shoot(page, '09-check');
    await kader.save();
    await kader.says('Belum dikirim', '#standing');
    await shoot(page, '10-record-queued');
    await kader.home();
    await kader.toSend(1);
  });

  await t.test('one is typed, and slips are explained where they happen', async () => {
    const person = people.typed;
    await kader.start();
    await kader.type('nik', '99010101O1909999');
    await page.locator('#field-nik').blur();
    await kader.says('Karakter ke-9 bukan angka. Mungkin maksudnya 0?');
    await shoot(page, '11-nik-wrong');
    await page.fill('#field-nik', '');
    await kader.type('nik', person.nik);
    assert.equal(await kader.value('nik'), '9901 0101 0190 9999', 'grouped while it is typed');
    await kader.says('Kode wilayah di NIK tidak dikenal');
    await page.setInputFiles('#photo', { name: 'surat.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('ini bukan foto') });
    await kader.says('Berkas ini bukan foto');
    const whole = await card(browser, person);
    await page.setInputFiles('#photo', { name: 'potong.jpg', mimeType: 'image/jpeg', buffer: whole.subarray(0, 200) });
    await kader.says('Foto ini rusak');
    await shoot(page, '12-photo-broken');
    await page.click('#next');
    await kader.type('name', person.name);
    await kader.type('birth_place', 'Blor');
    await page.click('.suggestions .choice');
    await page.waitForFunction(() => document.querySelector('#field-birth_place').value === 'BLORA'); // shown where it was tapped for
    await page.fill('#field-birth_date', '');
    await kader.type('birth_date', '1/1/1990');
    assert.equal(await kader.value('birth_date'), '01-01-1990', 'written with slashes');
    await kader.type('address', person.address);
    await kader.type('rt', person.rt);
    await kader.type('rw', person.rw);
    await page.click('#choice-sex-female');
    await kader.says('Jenis kelamin berbeda dengan NIK');
    await page.click('#choice-sex-male');
    await kader.next('#field-workplace');
    await page.fill('#search-occupation', 'ojek');
    await kader.work(person);
    await kader.next('#field-heir_name');
    await kader.heir(person);
    await kader.next('#save');
    await kader.says('Foto KTP belum ada', '#problems');
    assert.ok(await page.isDisabled('#save'));
    await shoot(page, '13-check-problems');
    await page.click('#problems a');
    await page.waitForSelector('#field-nik');
    await kader.pick('ktp.jpg', whole);
    const toCheck = async () => { await page.click('#to-check'); await page.waitForSelector('#save'); };
    const sex = async key => {
      await page.click('.section-head a >> nth=1');
      await page.waitForSelector('#field-name');
      await kader.choose('sex', key);
      await toCheck();
    };
    await page.waitForSelector('#to-check');
    await toCheck();
    await sex('female');
    await kader.says('Jenis kelamin berbeda dengan NIK', '#warnings');
    assert.ok(await page.isDisabled('#save'));
    await kader.type('warning_reason', 'Salah cetak di KTP');
    await page.waitForSelector('#save:enabled');
    assert.equal(await kader.value('warning_reason'), 'Salah cetak di KTP', 'the page stays while it is judged anew');
    await shoot(page, '13-check-reason');
    await page.fill('#field-warning_reason', '');
    await page.waitForSelector('#save:disabled');
    await sex('male');
    await kader.save();
    await kader.home();
    await kader.toSend(2);
  });

  await t.test('one has a photo of 12 MP that lies on its side', async () => {
    const person = people.turned;
    await kader.start();
    await kader.type('nik', person.nik);
    const photo = await card(browser, person, { width: 4000, height: 3000, orientation: 6 });
    await kader.pick('12mp.jpg', photo);
    const [width, height] = await page.evaluate(() => {
      const photo = document.querySelector('img.photo');
      return [photo.naturalWidth, photo.naturalHeight];
    });
    assert.ok(width > height, `upright: ${width} × ${height}`);
    await shoot(page, '14-card-12mp');
    await kader.finish(person);
    await kader.home();
    await kader.toSend(3);
    await shoot(page, '15-home-offline');
  });

  await t.test('the app is killed behind the open camera, and the draft is resumed with every field and the photo', async () => {
    const person = people.interrupted;
    await kader.start();
    await kader.type('nik', person.nik);
    await kader.pick('ktp.jpg', await card(browser, person));
    await kader.next('#field-name');
    await kader.identity(person);
    await kader.next('#field-workplace');
    await kader.work(person);
    await kader.next('#field-heir_name');
    await kader.type('heir_name', person.heir);
    for (const field of ['#field-workplace', '#field-name', '#field-nik']) {
      await page.click('#back');
      await page.waitForSelector(field);
    }
    const before = await kader.shownPhoto();
    await page.click('#take-photo');
    await page.waitForSelector('#camera-video');
    await page.waitForSelector('#shutter');
    await shoot(page, '16-camera');
    assert.ok(await page.evaluate(() => window.__back()), "the phone's back key closes the camera and not the form");
    await page.waitForSelector('#camera-video', { state: 'detached' });
    await page.click('#take-photo');
    await page.waitForSelector('#shutter');
    await app.kill();
    await page.close();
    faults.length = 0; // a page whose app was killed may complain
    await app.begin();
    page = await phonePage(browser, app, faults);
    kader = new Kader(page);
    await page.waitForSelector('#pin');
    await shoot(page, '17-locked');
    await page.fill('#pin', '999999');
    await page.click('button[type=submit]');
    await kader.says('PIN belum cocok');
    await kader.unlock();
    await page.waitForSelector('#field-nik');
    assert.equal(await kader.value('nik'), '9901 0305 1179 9999', 'the app opens where it was left');
    await page.waitForFunction(() => /^\/enrol\/.*\/1$/.test(location.pathname)); // and the address says so
    assert.deepEqual(await kader.shownPhoto(), before);
    await kader.next('#field-name');
    for (const [field, text] of [['name', person.name], ['birth_place', person.birthPlace], ['birth_date', '05-11-1979'],
      ['address', person.address], ['rt', person.rt], ['rw', person.rw]]) {
      assert.equal(await kader.value(field), text, field);
    }
    await kader.next('#field-workplace');
    assert.equal(await kader.value('workplace'), person.workplace);
    assert.equal(await page.getAttribute(`#choice-occupation-${person.occupation}`, 'aria-checked'), 'true');
    await kader.next('#field-heir_name');
    assert.equal(await kader.value('heir_name'), person.heir);
    await kader.choose('relation', person.relation);
    await kader.choose('consent', 'spoken');
    await kader.next('#save');
    await kader.save();
    await kader.home();
    await kader.toSend(4);
  });

  await t.test('a photo taken with the camera takes the place of the first', async () => {
    await kader.open('CONTOH BAMBANG');
    await page.click('#correct');
    await page.waitForSelector('#save');
    await page.click('.section-head a >> nth=0');
    await page.waitForSelector('#take-photo');
    const before = await kader.shownPhoto();
    await page.click('#take-photo');
    await page.click('#shutter');
    await page.waitForSelector('#camera-video', { state: 'detached' });
    await page.waitForFunction(src => document.querySelector('img.photo')?.src !== src, `data:image/jpeg;base64,${before.toString('base64')}`);
    await kader.says('KTP tidak terlihat', '#coach'); // the test camera films no card
    await shoot(page, '17-photo-poor');
    await kader.next('#field-name');
    await page.click('#to-check');
    await kader.says('pilih alasan memakainya', '#problems');
    await page.click('#problems a');
    await kader.choose('photo_reason', 'legible');
    await shoot(page, '17-photo-kept');
    for (const field of ['#field-name', '#field-workplace', '#field-heir_name', '#save']) await kader.next(field);
    await kader.save();
    await kader.home();
    await kader.toSend(4);
    await kader.start();
    await page.click('#back');
    await page.waitForSelector('#to-send');
    await page.waitForFunction(() => !document.body.textContent.includes('Lanjutkan'));
  });

  await t.test('without a signal trying to send says so calmly and changes nothing', async () => {
    await page.click('.sync-line button');
    await kader.says('Tanpa sinyal');
    await kader.toSend(4);
  });

  const photos = {};
  await t.test('the signal is back: the hub holds four records and their photos with equal hashes', async () => {
    await network.mend();
    await page.evaluate(() => dispatchEvent(new Event('online'))); // as the browser does; nobody has to tap
    await kader.toSend(0);
    await page.waitForFunction(() => !document.body.textContent.includes('foto belum terkirim'));
    await shoot(page, '18-home-sent');
    for (const [key, person] of Object.entries(people)) {
      await kader.open(person.name.toUpperCase());
      await kader.says('Terkirim', '#standing');
      photos[key] = sha256(await kader.shownPhoto());
      await page.click('#back');
      await page.waitForSelector('#search');
    }
    await shoot(page, '19-records');
  });

  const office = await Office.open(browser, hub, faults);
  await t.test('the office sees the same photos, approves one, returns one, rejects one', async () => {
    assert.equal(await office.count(), 4);
    for (const [key, person] of Object.entries(people)) {
      await office.openRecord(person.name.toUpperCase());
      assert.equal(await office.photoHash(), photos[key], key);
    }
    await office.shoot('20-office-record');
    await office.page.goto(hub.url);
    await office.shoot('20-office-home');
    await office.openRecord(people.scanned.name.toUpperCase());
    await office.approve();
    await office.openRecord(people.typed.name.toUpperCase());
    await office.giveBack('address', 'Tulis nama dusun dan jalannya');
    await office.openRecord(people.turned.name.toUpperCase());
    await office.reject('wage_earner', 'Terdaftar lewat pabrik');
  });

  await t.test('the phone shows each answer with its reason', async () => {
    await kader.home();
    await page.click('.sync-line button');
    await kader.says('Menunggu Anda');
    await shoot(page, '21-home-needs-me');
    await kader.open(people.scanned.name.toUpperCase());
    await kader.says('Disetujui', '#standing');
    await kader.says('Tempat ke-1', '#standing');
    await shoot(page, '22-record-approved');
    await page.click('#back');
    await kader.open(people.turned.name.toUpperCase());
    await kader.says('Ditolak', '#standing');
    await kader.says('Sudah dilindungi pemberi kerja: Terdaftar lewat pabrik', '#standing');
    await shoot(page, '23-record-rejected');
    await page.click('#back');
    await kader.open(people.typed.name.toUpperCase());
    await kader.says('Perlu diperbaiki', '#standing');
    await kader.says('Tulis nama dusun dan jalannya', '#comments');
    await shoot(page, '24-record-returned');
  });

  await t.test('the returned one is corrected, sent and approved', async () => {
    await page.click('#correct');
    await page.waitForSelector('#save');
    await kader.says('Tulis nama dusun dan jalannya');
    await page.click('.section-head a >> nth=1');
    await page.waitForSelector('#field-address');
    await page.fill('#field-address', 'Dusun Ngasem, Jalan Raya 12');
    await shoot(page, '25-correction');
    for (const field of ['#field-workplace', '#field-heir_name', '#save']) await kader.next(field);
    await kader.save();
    await kader.says('Sudah diperbaiki', '#standing');
    await office.openRecord(people.typed.name.toUpperCase());
    await office.says('Jalan Raya 12');
    await office.approve();
    await kader.home();
    await page.click('.sync-line button');
    await kader.open(people.typed.name.toUpperCase());
    await kader.says('Disetujui', '#standing');
    await shoot(page, '26-record-corrected');
  });

  await t.test('settings tell how sending went, in both languages and in the sun', async () => {
    await page.click('#back');
    await page.waitForSelector('#search');
    await page.locator('nav.tabs a').nth(2).click();
    await page.waitForSelector('#journal');
    await shoot(page, '27-settings');
    await page.click('#choice-language-en');
    await kader.says('Sending history');
    await page.click('#choice-theme-sunlight');
    await shoot(page, '28-settings-sunlight-english');
    await page.click('#lock');
    await page.waitForSelector('#pin');
    await page.reload();
    await kader.says('Enter your PIN'); // also before the PIN
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'sunlight');
    await kader.unlock();
    await page.waitForSelector('#journal');
    await page.click('#choice-language-id');
    await page.click('#choice-theme-system');
  });

  await t.test('every screen stands 200 % text and the dark', async () => {
    await page.addStyleTag({ content: 'html { font-size: 34px !important; }' });
    await kader.home();
    await shoot(page, '29-home-200');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing runs off to the side');
    await kader.open(people.typed.name.toUpperCase());
    await shoot(page, '30-record-200');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing runs off to the side');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot(page, '31-record-dark-200');
  });

  assert.deepEqual(faults, [], 'no page has complained');
});
