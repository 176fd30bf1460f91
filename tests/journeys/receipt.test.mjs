// A kader without a signal enrols a person and gives a receipt: on the screen, as a picture, on paper. Whatever of it is photographed
// proves who gave it, and says that it is no cover.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { App, Hub, Network, cardPhoto, folder, openBrowser, phonePage, picture, root, shoot, shots } from './stage.mjs';
import { judge } from './axe.mjs';
import { Kader } from './kader.mjs';

const SITI = {
  nik: '3522284504859999', name: 'CONTOH SITI RAHMAWATI KUSUMANINGTYAS WIDYADANINGRUM', birthPlace: 'Bojonegoro', address: 'Dusun Contoh 1',
  rt: '3', rw: '1', occupation: 'buruh_tani', workplace: 'Sawah', heir: 'CONTOH ANAK', relation: 'child',
};

const example = name => path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, 'target'), 'debug/examples', name);

// The text of the QR code in a picture, by the reader that the app's camera uses.
function codeIn(picture) {
  const file = path.join(folder('code'), 'code.png');
  fs.writeFileSync(file, picture);
  const { codes } = JSON.parse(execFileSync(example('read'), [file], { encoding: 'utf8' }));
  return codes.find(code => code.format === 'qr_code')?.text;
}

test('a receipt at the door', async t => {
  const faults = [];
  const hub = await Hub.open();
  const network = await Network.to(hub);
  const app = await App.open();
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); network.cut(); await Promise.all([app.kill(), hub.kill()]); });
  const page = await phonePage(browser, app, faults);
  const kader = new Kader(page);
  const { code, link } = hub.code();
  const key = new URLSearchParams(link.split('?')[1]).get('key');
  await kader.pair(network.url, code);
  const checked = text => JSON.parse(execFileSync(example('check_slip'), [key, text], { encoding: 'utf8' }));
  const download = async button => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
    assert.match(file.suggestedFilename(), /^tanda-terima-\d{4}-\d{2}-\d{2}\.(png|pdf)$/, 'no name of a person');
    return fs.readFileSync(await file.path());
  };
  let shown, number;

  await t.test('without a signal the saved record shows its receipt, which any phone can check', async () => {
    network.cut();
    await kader.start();
    await kader.type('nik', SITI.nik);
    await kader.pick('ktp.jpg', await cardPhoto(browser, { nik: SITI.nik }));
    await kader.next('#field-name');
    await kader.identity(SITI);
    await kader.next('#field-workplace');
    await kader.work(SITI);
    await kader.next('#field-heir_name');
    await kader.heir(SITI);
    await kader.next('#save');
    await page.click('#save:enabled');
    await page.waitForSelector('#slip-code');
    assert.equal(await page.textContent('#slip-badge'), 'Sudah dicatat – belum terlindungi');
    await kader.says('Tidak ada yang boleh meminta uang');
    number = await page.textContent('#slip-number');
    assert.match(number, /^[A-Z2-9]{5}-[A-Z2-9]{5}$/);
    await shoot(page, '80-receipt');
    shown = codeIn(await picture(page.locator('#slip-code')));
    const receipt = checked(shown);
    assert.deepEqual([receipt.is, receipt.name, receipt.number, receipt.kader], ['genuine', SITI.name, number, 'Bu Siti']);
    assert.equal(receipt.hub_url, network.url);
    assert.equal(JSON.parse(execFileSync(example('check_slip'), ['00'.repeat(32), shown])).is.startsWith('UnknownIssuer'), true);
  });

  await t.test('it keeps nobody out, also with letters of twice the size', async () => {
    assert.deepEqual(await judge(page, 'the receipt'), []);
    await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    await shoot(page, '81-receipt-large');
    // as tall as its content, so that nothing lies under what sticks to the top and the foot
    await page.setViewportSize({ width: 360, height: await page.evaluate(() => document.documentElement.scrollHeight) });
    assert.equal(codeIn(await picture(page.locator('#slip-code'))), shown);
    await page.setViewportSize({ width: 360, height: 640 });
    await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  });

  await t.test('the same code is on the picture, on paper and on the strip of a receipt printer', async () => {
    const picture = await download('#slip-picture');
    fs.writeFileSync(path.join(shots, '82-receipt-picture.png'), picture);
    assert.equal(codeIn(picture), shown);
    for (const [button, name, dots] of [['#slip-a6', '83-receipt-a6', 150], ['#slip-roll', '84-receipt-58mm', 203]]) {
      const file = path.join(folder('pdf'), 'page');
      fs.writeFileSync(`${file}.pdf`, await download(button));
      // as a receipt printer sees it: eight dots a millimetre, black or white
      execFileSync('pdftoppm', ['-r', String(dots), '-png', '-singlefile', `${file}.pdf`, file]);
      const drawn = fs.readFileSync(`${file}.png`);
      fs.writeFileSync(path.join(shots, `${name}.png`), drawn);
      assert.equal(codeIn(drawn), shown, name);
      const text = execFileSync('pdftotext', ['-raw', `${file}.pdf`, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
      for (const words of [number, 'belum terlindungi', `${network.url}/kartu`, 'Bu Siti', 'Tidak ada yang boleh meminta uang']) assert.ok(text.includes(words), words);
    }
  });

  await t.test('the record leads to it again, and a correction keeps its number', async () => {
    await page.click('#slip-done');
    await page.waitForSelector('#standing');
    await shoot(page, '85-record-with-receipt');
    await page.click('#correct');
    await page.waitForSelector('#save');
    await page.click('#save:enabled');
    await page.click('#open-slip');
    await page.waitForSelector('#slip-number');
    assert.equal(await page.textContent('#slip-number'), number);
    await page.click('#close-slip');
    await page.waitForSelector('#standing');
  });

  await t.test('the office hears the key\'s hash with the record', async () => {
    await network.mend();
    await kader.home();
    await page.click('text=Kirim sekarang');
    await kader.toSend(0);
    await kader.open(SITI.name);
    await page.click('#open-slip');
    await page.waitForSelector('#slip-number');
    assert.equal(await page.textContent('#slip-number'), number);
  });
  assert.deepEqual(faults, [], 'no page has complained');
});
