// A verifier's day with the keyboard alone, a colleague beside them, a mistake taken back, and the clean rest approved at once.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Hub, folder, openBrowser } from './stage.mjs';
import { Office } from './office.mjs';

const LAPTOP = { width: 1280, height: 800 };
const SIZES = { laptop: LAPTOP, phone: { width: 412, height: 915 } };

test('two verifiers', async t => {
  const faults = [];
  const hub = await Hub.demo(folder('verify'), { more: 60, undoSeconds: 20 });
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await hub.kill(); });
  const admin = await Office.open(browser, hub, faults, hub, LAPTOP, SIZES);
  const add = async name => {
    await admin.page.goto(`${hub.url}/orang`);
    await admin.page.fill('[name=name]', name);
    await admin.page.selectOption('[name=role]', 'verifier');
    await admin.page.click('form[action="/orang"] button.primary');
    return { user: name, password: await admin.page.textContent('p.code') };
  };
  const enter = async (who, password) => {
    const office = await Office.open(browser, hub, faults, who, LAPTOP, SIZES);
    await office.page.fill('[name=old]', who.password);
    await office.page.fill('[name=new]', password);
    await office.page.fill('[name=again]', password);
    await office.page.click('form[action="/saya/sandi"] button.primary');
    await office.page.waitForURL(`${hub.url}/`);
    return office;
  };
  const ani = await enter(await add('ani'), 'ani memeriksa dengan teliti');
  const budi = await enter(await add('budi'), 'budi juga memeriksa semua');
  const { page } = ani, { keyboard } = page;
  const seen = { ani: new Set(), budi: new Set() };

  await t.test('two records of one NIK stand side by side', async () => {
    await admin.page.goto(`${hub.url}/catatan?cari=CONTOH+SULASTRI`);
    await admin.page.locator('tr', { has: admin.page.locator('.chip.waits') }).locator('a').first().click();
    await admin.says('NIK yang sama pada dua catatan');
    await admin.shoot('79-double');
    // left, it is nobody's again
    await admin.page.goto(`${hub.url}/`);
  });

  await t.test('the queue leads to the oldest with Enter', async () => {
    await page.goto(`${hub.url}/periksa`);
    await ani.shoot('71-queue');
    await page.reload();
    await keyboard.press('Enter');
    await page.waitForURL(/catatan/);
    assert.match(await page.textContent('h1'), /^CONTOH/);
    await ani.shoot('72-record-of-the-queue');
    // a picture of another size left the page; it is before ani still
    await page.reload();
  });

  await t.test('twenty are approved with the keyboard alone, each other photo being there before its page', async () => {
    await page.evaluate(() => { window.isSame = true; });
    for (let number = 0; number < 20; number++) {
      seen.ani.add(await ani.recordId());
      await ani.approve();
    }
    assert.equal(seen.ani.size, 20);
    assert.ok(await page.evaluate(() => window.isSame), 'no page was loaded anew');
    assert.ok(await page.evaluate(() => document.querySelector('a.photo img').naturalWidth > 0));
    assert.match(await page.getAttribute('a.photo img', 'src'), /dulu=ya/, 'the picture is the one that was fetched ahead');
  });

  await t.test('a colleague gets other records, and reads one that is taken without deciding', async () => {
    await budi.page.goto(`${hub.url}/periksa`);
    await budi.page.keyboard.press('Enter');
    await budi.page.waitForURL(/catatan/);
    for (let number = 0; number < 5; number++) {
      seen.budi.add(await budi.recordId());
      await budi.approve();
    }
    const open = await ani.recordId();
    assert.ok([...seen.budi].every(id => !seen.ani.has(id) && id !== open), 'never the same record');
    await budi.page.goto(`${hub.url}/catatan/${open}`);
    await budi.says('Sedang diperiksa oleh ani sejak');
    assert.equal(await budi.page.locator('[data-key=s]').count(), 0);
    await budi.shoot('73-record-of-a-colleague');
    await budi.page.setViewportSize(LAPTOP);
  });

  await t.test('one goes back with comments on two fields, and arrows lead from box to box', async () => {
    const name = await page.textContent('h1');
    await keyboard.press('k');
    await page.waitForFunction(() => document.activeElement?.name === 'c_ktp_photo');
    await keyboard.type('Foto kabur, mohon ulangi');
    await keyboard.press('ArrowDown');
    assert.equal(await page.evaluate(() => document.activeElement.name), 'c_nik');
    await keyboard.press('ArrowDown');
    await keyboard.type('Nama belum sama dengan KTP');
    await ani.shoot('74-return');
    await page.focus('[name=c_name]');
    await ani.leaving(() => keyboard.press('Enter'));
    await ani.says('Dikembalikan ke kader, 2 catatan');
    assert.notEqual(await page.textContent('h1'), name);
  });

  await t.test('one is refused by a number', async () => {
    await keyboard.press('t');
    await keyboard.press('2');
    assert.ok(await page.isChecked('[value=duplicate]'));
    await keyboard.type('Sudah ada di desa sebelah');
    await ani.shoot('75-reject');
    await page.focus('[name=words]');
    await ani.leaving(() => keyboard.press('Enter'));
    await ani.says('Ditolak: Sudah terdaftar');
  });

  await t.test('a decision is taken back with U, and the record is there again', async () => {
    const [id, name] = [await ani.recordId(), await page.textContent('h1')];
    await ani.approve();
    await ani.says('berlaku dalam');
    await ani.shoot('76-undo');
    await page.setViewportSize(LAPTOP);
    await keyboard.press('u');
    await page.waitForURL(url => url.pathname.endsWith(id));
    assert.equal(await page.textContent('h1'), name);
    assert.equal(await page.locator('[data-key=s]').count(), 1);
  });

  await t.test('a photo is made larger and turned by keys, by wheel and by dragging', async () => {
    const transform = () => page.evaluate(() => document.querySelector('a.photo img').style.transform);
    await keyboard.press('z');
    assert.match(await transform(), /scale\(2.5\)/);
    const box = await page.locator('a.photo').first().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const before = await transform();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 80, box.y + box.height / 2 - 30, { steps: 4 });
    await page.mouse.up();
    assert.notEqual(await transform(), before);
    await page.mouse.wheel(0, -100);
    await page.waitForFunction(() => /scale\(3/.test(document.querySelector('a.photo img').style.transform));
    await ani.shoot('77-photo-near');
    await page.setViewportSize(LAPTOP);
    await keyboard.press('Escape');
    await keyboard.press('r');
    assert.match(await transform(), /rotate\(90deg\)/);
    await keyboard.press('?');
    await page.waitForSelector('.keys[open]');
    await ani.shoot('78-keys');
    await page.setViewportSize(LAPTOP);
    await keyboard.press('Escape');
    assert.equal(await page.locator('.keys[open]').count(), 0);
  });

  await t.test('the clean rest is approved at once, after ten were looked at', async () => {
    await page.goto(`${hub.url}/periksa`);
    await page.click('form[action="/periksa/sekaligus"] button');
    await page.waitForURL(/sekaligus/);
    await ani.says('Contoh acak: 0 dari 10');
    await ani.shoot('80-batch');
    await page.setViewportSize(LAPTOP);
    await page.click('[data-key=m]');
    for (let number = 0; number < 10; number++) {
      await page.waitForSelector('.decide form[action$="/lihat"]');
      await page.waitForFunction(() => document.querySelector('a.photo img')?.naturalWidth > 0);
      if (number === 0) {
        await ani.shoot('81-sample');
        await page.setViewportSize(LAPTOP);
      }
      const url = page.url();
      await keyboard.press('s');
      await keyboard.press('Enter');
      await page.waitForURL(now => now.href !== url);
    }
    await ani.says('Contoh acak: 10 dari 10');
    await page.click('form[action$="/setujui"] button');
    await ani.says('disetujui, masuk daftar tunggu');
    await ani.shoot('82-batch-result');
    await page.setViewportSize(LAPTOP);
    const home = await page.goto(`${hub.url}/periksa`);
    assert.equal(home.status(), 200);
    await ani.shoot('83-queue-with-numbers');
  });

  await t.test('all of it is in the log, and the log is whole', async () => {
    await admin.page.goto(`${hub.url}/jejak?orang=ani`);
    await admin.says('Disetujui dalam borongan');
    await admin.shoot('84-audit-of-a-verifier');
    assert.match(hub.run('audit', 'verify'), /entries fit together/);
  });

  assert.deepEqual(faults, []);
});
