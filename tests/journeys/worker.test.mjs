// A worker's own phone: a receipt's code becomes a card, which opens without a signal after a restart; the page for who has no app.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { judge } from './axe.mjs';
import { App, Hub, Network, cardPhoto, codeOn, drawn, filmed, folder, openBrowser, phonePage, picture, root, shoot } from './stage.mjs';
import { Kader } from './kader.mjs';
import { Office } from './office.mjs';
import { Worker } from './worker.mjs';

const SITI = {
  nik: '3522284504859999', name: 'CONTOH SITI AMINAH', birthPlace: 'Bojonegoro', address: 'Dusun Contoh 1', rt: '3', rw: '1',
  occupation: 'buruh_tani', workplace: 'Sawah', heir: 'CONTOH ANAK', relation: 'child',
};

// Colour and word of what was checked; several verdicts share a colour.
async function verdict(page, tone, word) {
  await page.waitForSelector(`#verdict.${tone}`);
  assert.equal(await page.textContent('#verdict .word strong'), word);
}

test('a worker opens the card', async t => {
  const faults = [], browsers = [], processes = [];
  t.after(async () => {
    await Promise.all(browsers.map(browser => browser.close()));
    await Promise.all(processes.map(process => process.kill()));
  });
  const hub = await Hub.demo(folder('hub'));
  processes.push(hub);
  const network = await Network.to(hub);
  const active = await hub.receipt('active', network.url), waiting = await hub.receipt('received', network.url);
  const bad = JSON.parse(await hub.fill('cards_fixture'));
  const app = await App.open();
  processes.push(app);
  const browser = await openBrowser();
  browsers.push(browser);
  const filming = await filmed(await drawn(browser, [active.drawing]), { width: 960, height: 960, share: 0.7 });
  browsers.push(filming);
  let page = await phonePage(filming, app, faults);
  let worker = new Worker(page);

  await t.test('without a PIN the phone scans the receipt and shows the card', async () => {
    await page.waitForSelector('#i-am-worker');
    await shoot(page, '100-welcome');
    await page.click('#i-am-worker');
    await worker.says('Belum ada kartu');
    await shoot(page, '101-no-card');
    await page.click('#add-card');
    await shoot(page, '102-add');
    await page.click('#scan-receipt');
    await worker.stands('erlindungi');
    await shoot(page, '103-card');
    assert.equal(await page.locator('.whose').textContent(), active.name);
    await page.close();
  });

  await t.test('without a signal and after a restart it is there at once, with its day', async () => {
    network.cut();
    await app.kill();
    await app.begin();
    page = await phonePage(browser, app, faults);
    worker = new Worker(page);
    await worker.stands('erlindungi');
    await worker.says('Kabar kantor per');
    await page.waitForSelector('#no-news');
    await shoot(page, '104-card-offline');
  });

  await t.test('a typed number needs the heir, and a wrong one says what to do', async () => {
    await network.mend();
    await worker.type(network.url, waiting.number, 'salah');
    await worker.says('Tidak ada yang cocok');
    await shoot(page, '105-typed-wrong');
    await page.fill('#heir', waiting.heir);
    await page.click('#open-card');
    await worker.stands('Sudah sampai di kantor');
    await page.waitForFunction(() => window.scrollY === 0); // the button was far down
    await shoot(page, '106-waiting');
    await page.click('#back');
    await page.waitForSelector('#add-card');
    await shoot(page, '107-family');
  });

  await t.test('a card signed by somebody else, and one whose last day has passed, are told apart', async () => {
    for (const [name, drawing, tone, word] of [
      ['112-forged', bad.forged, 'refuse', 'Tidak asli'], ['113-expired', bad.expired, 'warn', 'Sudah habis'],
    ]) {
      const filming = await filmed(await drawn(browser, [drawing]), { width: 960, height: 960, share: 0.7 });
      browsers.push(filming);
      const checking = await phonePage(filming, app, faults);
      await new Worker(checking).check();
      await verdict(checking, tone, word);
      await shoot(checking, name);
      assert.deepEqual(await judge(checking, word), []);
      await checking.close();
    }
  });

  await t.test('a card is removed from the phone, after a question', async () => {
    await worker.open(waiting.name);
    await page.click('#remove');
    await shoot(page, '108-remove');
    await page.click('#remove-yes');
    await page.waitForSelector('#add-card');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 1);
  });

  await t.test('the page for who has no app shows the same', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 640 }, javaScriptEnabled: false });
    const old = await context.newPage();
    await old.goto(`${hub.url}/kartu`);
    await shoot(old, '110-page');
    await old.fill('#nomor', active.number.toLowerCase());
    await old.fill('#ahli_waris', active.heir);
    await old.click('button');
    await old.locator('.big', { hasText: 'Anda terlindungi' }).waitFor();
    assert.equal(await old.locator('.code svg').count(), 1);
    for (const [width, height] of [[360, 640], [412, 915]]) {
      await old.setViewportSize({ width, height });
      await picture(old, { path: path.join(root, `target/screenshots/111-page-card-${width}.png`), fullPage: true });
    }
    await context.close();
  });
  assert.deepEqual(faults, [], 'no page has complained');
});

test('from the door to the card on a phone of her own, checked by a third', async t => {
  const faults = [], browsers = [];
  const hub = await Hub.open();
  const network = await Network.to(hub);
  const [door, own, third] = [await App.open(), await App.open(), await App.open()];
  t.after(async () => {
    network.cut();
    await Promise.all(browsers.map(browser => browser.close()));
    await Promise.all([door, own, third, hub].map(process => process.kill()));
  });
  const opened = async browser => { browsers.push(await browser); return browser; };
  const over = picture => opened(filmed([picture], { width: 960, height: 960, share: 0.7 }));
  const browser = await opened(openBrowser());
  let kader = new Kader(await phonePage(browser, door, faults));
  const office = await Office.open(browser, hub, faults);
  let receipt, page, worker;

  await t.test('without a signal the kader gives a receipt, and her own phone keeps it', async () => {
    await kader.pair(network.url, hub.code().code);
    await kader.says('bisa dijanjikan tanpa sinyal');
    network.cut();
    await kader.enrol(SITI, await cardPhoto(browser, { nik: SITI.nik }));
    await kader.page.click('#open-slip');
    await kader.page.waitForSelector('#slip-code');
    receipt = await codeOn(kader.page, '#slip-code');
    await kader.page.click('#slip-done');
    page = await phonePage(await over(receipt), own, faults);
    worker = new Worker(page);
    await page.click('#i-am-worker');
    await page.click('#add-card');
    await page.click('#scan-receipt');
    await worker.stands('Sudah dicatat kader');
    await worker.says('Anda belum terlindungi');
    await shoot(page, '120-receipt-kept');
    assert.deepEqual(await judge(page, 'a receipt'), []);
    await page.close();
  });

  await t.test('before the kader has a signal the office knows nothing; afterwards it does', async () => {
    await kader.page.close();
    await door.kill();
    await network.mend();
    page = await phonePage(browser, own, faults);
    worker = new Worker(page);
    await page.locator('#refresh:enabled').click();
    await worker.says('Kantor belum menerima catatan ini');
    await worker.stands('Sudah dicatat kader');
    await door.begin();
    kader = new Kader(await phonePage(browser, door, faults));
    await kader.unlock();
    await kader.home();
    await kader.page.locator('.sync-line button:enabled').click();
    await kader.toSend(0);
    await worker.refreshUntil('Sudah sampai di kantor');
  });

  await t.test('the office agrees, BPJS answers, and the card is there', async () => {
    await office.openRecord(SITI.name);
    await office.approve();
    await worker.refreshUntil('Sudah dapat tempat');
    await office.cover(SITI.nik, '26000000001');
    await worker.refreshUntil('Terlindungi');
    await worker.says('26000000001');
    await shoot(page, '121-own-card');
    await kader.cardOf(SITI.name, '26000000001');
  });

  await t.test('BPJS had told a wrong number: the office mends it, and both phones show the new card', async () => {
    await office.openRecord(SITI.name);
    await office.page.click('#perbaiki-bpjs summary');
    await office.page.fill('[name=kpj]', '2600000000');
    await office.shoot('126-office-mend');
    await office.page.fill('[name=kpj]', '26000000002');
    await office.page.click('#perbaiki-bpjs button.primary');
    await office.says('KPJ 26000000002');
    await office.says('Dihentikan');
    await worker.refreshUntil('26000000002', 'body');
    await worker.stands('Terlindungi');
    await kader.cardOf(SITI.name, '26000000002');
  });

  await t.test('signal off and a restart: the card opens, and a third phone believes it', async () => {
    network.cut();
    await page.close();
    await own.kill();
    await own.begin();
    page = await phonePage(browser, own, faults);
    worker = new Worker(page);
    await worker.stands('Terlindungi');
    const card = await codeOn(page, '#card-code');
    // of somebody of the same regency: the hub has answered for a receipt of their own
    await network.mend();
    const neighbour = await phonePage(await over(receipt), third, faults);
    await neighbour.click('#i-am-worker');
    await neighbour.click('#add-card');
    await neighbour.click('#scan-receipt');
    await new Worker(neighbour).stands('Terlindungi');
    await neighbour.close();
    network.cut();
    const checking = await phonePage(await over(card), third, faults);
    await new Worker(checking).check();
    await verdict(checking, 'good', 'Berlaku');
    await shoot(checking, '122-checked');
    assert.deepEqual(await judge(checking, 'a valid card'), []);
    await checking.close();
    // who has never heard of the office can't tell
    const stranger = await App.open();
    const asking = await phonePage(browsers.at(-1), stranger, faults);
    await asking.click('#i-am-worker');
    await new Worker(asking).check();
    await verdict(asking, 'warn', 'Penerbit tidak dikenal');
    await shoot(asking, '123-unknown-office');
    assert.deepEqual(await judge(asking, 'an unknown office'), []);
    await asking.close();
    // but can, once the phone was held over the code on the office's notice board
    await office.page.goto(`${hub.url}/pengaduan`);
    const meeting = await phonePage(await over(await codeOn(office.page, '.qr svg')), stranger, faults);
    await meeting.click('#i-am-worker');
    await new Worker(meeting).check();
    await new Worker(meeting).says('HP ini sekarang mengenal');
    await shoot(meeting, '125-office-met');
    await meeting.close();
    const believing = await phonePage(browsers.at(-2), stranger, faults);
    await new Worker(believing).check();
    await verdict(believing, 'good', 'Berlaku');
    await believing.close();
    await stranger.kill();
  });

  await t.test('the office ends the cover: after the next refresh both phones say so', async () => {
    await network.mend();
    await office.openRecord(SITI.name);
    await office.end('moved');
    await worker.refreshUntil('dihentikan kantor');
    await worker.says('Pindah dari desa ini');
    await shoot(page, '124-ended');
    assert.deepEqual(await judge(page, 'an ended card'), []);
    const checking = await phonePage(browsers.at(-2), third, faults);
    const other = new Worker(checking);
    await other.refreshUntil('dihentikan kantor');
    await other.check();
    await verdict(checking, 'refuse', 'Dihentikan');
    await checking.close();
    await kader.sync();
    await kader.open(SITI.name);
    await kader.says('Dihentikan', '#has-card');
  });
  assert.deepEqual(faults, [], 'no page has complained');
});
