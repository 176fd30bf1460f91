// Who may do what, as the people see it: an admin lets a village head in, who finds only the own village, and is put out again.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Hub, folder, openBrowser } from './stage.mjs';
import { Office } from './office.mjs';

const PHONE = { width: 412, height: 915 };

// The six digits of an app, as RFC 6238 has them.
function code(secret, steps = 0) {
  const bits = [...secret.replaceAll(' ', '')].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = crypto.createHmac('sha1', key).update(step).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

test('an admin, a village head and an auditor', async t => {
  const faults = [];
  const hub = await Hub.demo(folder('people'));
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await hub.kill(); });
  const admin = await Office.open(browser, hub, faults);
  const { page } = admin;
  const add = async (name, role, village) => {
    await page.goto(`${hub.url}/orang`);
    await page.fill('[name=name]', name);
    await page.selectOption('[name=role]', role);
    if (village) await page.selectOption('[name=village]', village);
    await page.click('form[action="/orang"] button.primary');
    return { user: name, password: await page.textContent('p.code') };
  };
  let head, budi;

  await t.test('the admin adds a village head, and reads out the first password', async () => {
    budi = await add('budi.gayam', 'village', '35.22.28.2004');
    assert.match(budi.password, /^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    await admin.shoot('60-first-password');
    await add('ani.sebelah', 'village', '35.22.28.2005');
    await page.goto(`${hub.url}/orang`);
    await admin.shoot('61-people');
  });

  await t.test('the village head signs in on a phone and must choose a password of his own first', async () => {
    head = await Office.open(browser, hub, faults, budi, PHONE);
    await head.says('Kata sandi Anda dibuat oleh admin');
    await head.shoot('62-own-password');
    await head.page.setViewportSize(PHONE);
    await head.page.fill('[name=old]', budi.password);
    budi.password = 'empat kata yang panjang';
    await head.page.fill('[name=new]', budi.password);
    await head.page.fill('[name=again]', budi.password);
    await head.page.click('form[action="/saya/sandi"] button.primary');
    await head.page.waitForURL(`${hub.url}/`);
  });

  await t.test('he sees his village and its records, and no button to decide with', async () => {
    await head.says('Mojodelik');
    assert.equal(await head.page.locator('table a[href^="/catatan?desa="]').count(), 1);
    await head.shoot('63-home-of-a-village');
    await head.page.setViewportSize(PHONE);
    assert.ok(await head.count() > 3);
    await head.page.click('table a[href^="/catatan/"] >> nth=0');
    await head.page.waitForSelector('header.who');
    assert.equal(await head.page.locator('div.decide').count(), 0);
    await head.shoot('64-record-without-a-decision');
    await head.page.setViewportSize(PHONE);
    const links = (await head.page.locator('header.top nav a').allTextContents()).map(text => text.trim());
    assert.deepEqual(links, ['Beranda', 'Catatan', 'Daftar', 'Laporan', 'Gambaran', 'HP'], 'no link that would lead to a refusal');
  });

  await t.test('elsewhere he is refused, and told whom to ask', async () => {
    // the browser notes each refusal in its console; they are wanted here
    const before = faults.length;
    for (const path of ['/orang', '/jejak']) {
      assert.equal((await head.page.goto(hub.url + path)).status(), 403);
      await head.says('minta admin kantor mengubah peran Anda');
    }
    await head.shoot('65-refused');
    await head.page.setViewportSize(PHONE);
    const neighbour = await Office.open(browser, hub, faults, await add('ani.lain', 'village', '35.22.28.2005'), PHONE);
    await neighbour.says('Kata sandi Anda dibuat oleh admin');
    const id = (await head.page.goto(`${hub.url}/catatan`), await head.page.locator('table a[href^="/catatan/"]').first().getAttribute('href'));
    const cookies = await head.page.context().cookies();
    assert.ok(cookies.every(cookie => cookie.httpOnly && cookie.sameSite === 'Strict'));
    hub.run('admin', 'role', 'budi.gayam', 'village', '--village', '35.22.28.2005');
    assert.equal((await head.page.goto(hub.url + id)).status(), 404, 'a record of the village that he has no more');
    hub.run('admin', 'role', 'budi.gayam', 'village', '--village', '35.22.28.2004');
    assert.equal((await head.page.goto(hub.url + id)).status(), 200);
    const refusals = faults.splice(before);
    assert.ok(refusals.every(fault => /status of 40[34]/.test(fault)), refusals.join('\n'));
  });

  await t.test('he puts a code before his account, and the next sign-in asks for it', async () => {
    await head.page.goto(`${hub.url}/saya`);
    await head.page.fill('#kode [name=password]', budi.password);
    await head.page.click('#kode button');
    const secret = await head.page.textContent('.secret');
    await head.shoot('66-second-factor');
    await head.page.setViewportSize(PHONE);
    await head.page.fill('[name=code]', code(secret));
    await head.page.click('form[action="/saya/kode/pasang"] button');
    await head.says('Kode dari HP terpasang');
    const laptop = await Office.open(browser, hub, faults, budi);
    await laptop.says('Kode dari HP');
    await laptop.shoot('67-code');
    await laptop.page.fill('[name=code]', code(secret, 1));
    await laptop.page.click('button.primary');
    await laptop.page.waitForURL(`${hub.url}/`);
  });

  await t.test('the admin ends his sessions, and his next click leads to the sign-in', async () => {
    await head.page.goto(`${hub.url}/saya`);
    await head.shoot('68-own-page');
    await head.page.setViewportSize(PHONE);
    await page.goto(`${hub.url}/orang/budi.gayam`);
    await admin.shoot('69-person');
    await page.click('#sesi button >> text=Keluarkan semua');
    await admin.says('Perangkat sudah dikeluarkan');
    await head.page.goto(`${hub.url}/catatan`);
    assert.equal(new URL(head.page.url()).pathname, '/masuk');
  });

  await t.test('all of it is in the log, and the log is whole', async () => {
    await page.goto(`${hub.url}/jejak`);
    await admin.says('Mengganti peran');
    await admin.shoot('70-audit');
    const noted = (await page.textContent('p.mono')).trim();
    assert.match(hub.run('audit', 'verify', '--noted', noted), /entries fit together/);
  });

  assert.deepEqual(faults, []);
});
