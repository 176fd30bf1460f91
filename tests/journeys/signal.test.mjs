// One bar of signal: cuts, login pages, restarts, Wi-Fi only, and one person at two doors. The screen says the truth at each step.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { App, Hub, Network, cardPhoto, folder, openBrowser, phonePage, sha256, shoot } from './stage.mjs';
import { Kader } from './kader.mjs';
import { Office } from './office.mjs';

const person = (nik, name) => ({
  nik, name, birthPlace: 'Bojonegoro', address: 'Dusun Krajan', rt: '3', rw: '1', occupation: 'buruh_tani',
  workplace: 'Sawah Dusun Krajan', heir: 'Contoh Ahli Waris', relation: 'child',
});
const first = person('9901010101909999', 'Contoh Ponirah'), second = person('9901026507859999', 'Contoh Kasmin');

test('a day with one bar of signal', async t => {
  const faults = [];
  const hub = await Hub.open();
  const network = await Network.to(hub);
  const app = await App.open();
  const browser = await openBrowser();
  const apps = [app];
  t.after(async () => {
    await browser.close();
    network.cut();
    await Promise.all([...apps.map(app => app.kill()), hub.kill()]);
  });
  const page = await phonePage(browser, app, faults, () => {
    const connection = new EventTarget();
    connection.type = sessionStorage.getItem('link') || 'cellular';
    Object.defineProperty(navigator, 'connection', { get: () => connection });
    window.linkIs = type => { connection.type = type; sessionStorage.setItem('link', type); connection.dispatchEvent(new Event('change')); };
  });
  const kader = new Kader(page);
  const held = () => fs.readdirSync(path.join(hub.data, 'photos'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile()).map(entry => sha256(fs.readFileSync(path.join(entry.parentPath, entry.name))));
  await kader.pair(network.url, hub.code().code);
  await kader.says('bisa dijanjikan tanpa sinyal');

  let photo;
  await t.test('the signal goes in the middle of a photo: the text has arrived, and the screen says so', async () => {
    network.cutAfter(60_000);
    await kader.enrol(first, await cardPhoto(browser, { nik: first.nik, width: 3000, height: 2250 }));
    await kader.says('Tempat ke-', '#promise');
    await kader.says('Terkirim', '#standing .chip');
    await kader.says('1 foto belum terkirim', '#standing');
    photo = sha256(await kader.shownPhoto());
    await shoot(page, '50-photo-cut');
    await kader.home();
    await kader.says('Sambungan terputus');
    await kader.says('Dicoba lagi pukul');
    assert.deepEqual(held(), [], 'half a photo is none');
    await shoot(page, '51-home-cut');
  });

  await t.test('a Wi-Fi that wants a login sends nothing, and is named', async () => {
    await network.mend();
    network.showLogin();
    await page.click('.sync-line button');
    await kader.says('Mungkin Wi-Fi ini minta kata sandi dulu');
    await kader.says('1 foto belum terkirim');
    await shoot(page, '52-login-page');
  });

  await t.test('the hub is down, and comes back', async () => {
    network.showLogin(null);
    await hub.kill();
    await page.click('.sync-line button');
    await kader.says('Sambungan terputus');
    hub.start();
  });

  await t.test('the phone restarts, and the photo goes on where it was', async () => {
    await app.kill();
    await app.begin();
    const before = network.up;
    await page.goto(app.url);
    await kader.unlock();
    await page.waitForFunction(() => document.querySelector('#to-send') && !document.body.textContent.includes('foto belum terkirim'));
    assert.deepEqual(held(), [photo]);
    const bytes = fs.statSync(path.join(hub.data, 'photos', photo.slice(0, 2), `${photo.slice(2)}.jpg`)).size;
    assert.ok(network.up - before < bytes - 20_000, `${network.up - before} bytes for the rest of ${bytes}`);
    await kader.open(first.name.toUpperCase());
    await kader.says('Terkirim', '#standing .chip');
    assert.equal(await page.locator('#standing', { hasText: 'foto belum' }).count(), 0);
    await kader.home();
  });

  await t.test('photos wait for Wi-Fi when the kader wants it so, and one can be sent at once', async () => {
    await page.locator('nav.tabs a').nth(2).click();
    await kader.choose('photos', 'wifi');
    await page.fill('#price', '30');
    await kader.home();
    await kader.enrol(second, await cardPhoto(browser, { nik: second.nik }));
    await kader.says('1 foto belum terkirim', '#standing');
    await page.waitForSelector('#hurry');
    await kader.says('Terkirim', '#standing .chip');
    await shoot(page, '53-photo-waits');
    await kader.home();
    await kader.says('1 foto menunggu Wi-Fi');
    assert.match(await page.textContent('#cost'), /^\d+ kB, kira-kira Rp[1-9]$/);
    await shoot(page, '54-home-waits');
    assert.equal(held().length, 1);
    await kader.open(second.name.toUpperCase());
    await page.click('#hurry');
    await page.waitForSelector('#hurry', { state: 'detached' });
    assert.equal(held().length, 2);
    await kader.home();
  });

  await t.test('the journal tells each try, what made it and how it went', async () => {
    await page.locator('nav.tabs a').nth(2).click();
    const journal = (await page.locator('#journal').textContent()).replace(/\s+/g, ' ');
    for (const words of ['setelah menyimpan', 'aplikasi dibuka', 'Anda minta', '1 catatan terkirim', 'minta kata sandi', '1 foto menunggu Wi-Fi'])
      assert.ok(journal.includes(words), `${words} in: ${journal}`);
    await shoot(page, '55-journal');
  });

  await t.test('a record that was changed on two phones becomes one, and the kader chooses where they differ', async () => {
    await app.kill();
    const data = folder('phone');
    fs.cpSync(app.data, data, { recursive: true });
    await app.begin();
    await page.goto(app.url);
    await kader.unlock();
    const copy = await App.open(data);
    apps.push(copy);
    const door = await phonePage(browser, copy, faults);
    const twin = new Kader(door);
    await twin.unlock();
    const correct = async (kader, address, workplace) => {
      await kader.open(second.name.toUpperCase());
      await kader.page.click('#correct');
      await kader.page.waitForSelector('#save');
      await kader.page.click('.section-head a >> nth=1');
      await kader.page.waitForSelector('#field-address');
      await kader.page.fill('#field-address', address);
      await kader.next('#field-workplace');
      await kader.page.fill('#field-workplace', workplace);
      for (const field of ['#field-heir_name', '#save']) await kader.next(field);
      await kader.save();
    };
    await correct(kader, 'Dusun Kidul', 'Pasar Gayam');
    await kader.says('Sudah diperbaiki', '#standing .chip');
    await correct(twin, 'Dusun Wetan', second.workplace);
    await twin.says('Kantor memegang isi lain', '#standing');
    await door.click('#correct');
    await door.waitForSelector('#conflicts');
    const said = await door.textContent('#conflicts');
    assert.ok(said.includes('Dusun Wetan') && said.includes('Dusun Kidul') && !said.includes('Pasar'), said);
    await shoot(door, '58-conflict');
    await door.click('#conflicts button');
    await door.waitForSelector('#conflicts', { state: 'detached' });
    await twin.save();
    await twin.says('Sudah diperbaiki', '#standing .chip');
    await twin.says('Dusun Kidul');
    await twin.says('Pasar Gayam');
    await page.click('#back');
  });

  await t.test('the same person at another door: said at once, and the second record is told why', async () => {
    const office = await Office.open(browser, hub, faults);
    await office.openRecord(first.name.toUpperCase());
    await office.approve();
    const other = await App.open();
    apps.push(other);
    const door = await phonePage(browser, other, faults);
    const neighbour = new Kader(door);
    await neighbour.pair(network.url, hub.code().code);
    await neighbour.says('Terakhir tersambung');
    await neighbour.start();
    await neighbour.type('nik', first.nik);
    await door.waitForSelector('#elsewhere');
    await shoot(door, '56-perhaps-elsewhere');
    await neighbour.pick('ktp.jpg', await cardPhoto(browser, { nik: first.nik }));
    await neighbour.finish(first);
    await neighbour.says('NIK ini sudah disetujui lewat pendaftaran lain', '#comments');
    await shoot(door, '57-second-of-two');
  });

  assert.deepEqual(faults, []);
});
