// A quota that shrinks in mid-programme: who loses a place is seen and named before anybody agrees, and nothing else happens.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Hub, folder, openBrowser } from './stage.mjs';
import { Office } from './office.mjs';

test('an admin makes a quota smaller, and then larger again', async t => {
  const faults = [];
  const hub = await Hub.demo(folder('quota'));
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await hub.kill(); });
  const admin = await Office.open(browser, hub, faults);
  const { page } = admin;
  const number = async (page, word) => Number((await page.locator('div.tile', { hasText: word }).first().locator('strong').textContent()).replace('.', ''));
  const names = (page, heading) => page.locator('section', { has: page.locator('h2', { hasText: heading }) }).locator('tbody a').allTextContents();
  const open = async (who = page) => { await who.goto(`${hub.url}/program/demo`); return { taken: await number(who, 'terisi'), waiting: await number(who, 'di daftar tunggu') }; };
  const preview = async (places, who = page) => {
    await open(who);
    await who.fill('[name=tempat]', String(places));
    await Promise.all([who.waitForURL(/kuota\?tempat/), who.click('form.filters button')]);
  };
  const agree = async (reason, who = page) => {
    await who.fill('[name=alasan]', reason);
    await who.click('form.stack button.primary');
    await who.waitForLoadState();
  };
  const before = await open();
  const small = before.taken - 2;
  let losers;

  await t.test('the preview names who would lose a place, and changes nothing', async () => {
    await preview(small);
    losers = await names(page, 'Kehilangan tempat');
    assert.equal(losers.length, 2);
    assert.equal(await number(page, 'kehilangan tempat'), 2);
    await admin.shoot('70-quota-preview');
    assert.deepEqual(await open(), before);
  });

  await t.test('a verifier and an auditor may look at it, and find no button', async () => {
    for (const [name, role] of [['vera', 'verifier'], ['audi', 'auditor']]) {
      await page.goto(`${hub.url}/orang`);
      await page.fill('[name=name]', name);
      await page.selectOption('[name=role]', role);
      await page.click('form[action="/orang"] button.primary');
      const other = await Office.open(browser, hub, faults, { user: name, password: await page.textContent('p.code') });
      await other.page.fill('[name=old]', await page.textContent('p.code'));
      await other.page.fill('[name=new]', 'empat kata yang panjang');
      await other.page.fill('[name=again]', 'empat kata yang panjang');
      await Promise.all([other.page.waitForURL(`${hub.url}/`), other.page.click('form[action="/saya/sandi"] button.primary')]);
      await preview(small, other.page);
      await other.says('Kuota diubah oleh admin kantor');
      assert.equal(await other.page.locator('form.stack').count(), 0);
      await other.page.context().close();
    }
  });

  await t.test('a preview that is no longer true is not agreed to', async () => {
    await preview(small);
    const second = await page.context().newPage();
    await preview(small + 1, second);
    await agree('Keputusan bupati 1', second);
    assert.equal((await open(second)).taken, small + 1);
    await second.close();
    const wanted = faults.length;
    await agree('Keputusan bupati 2');
    await admin.says('berubah');
    await admin.shoot('71-quota-stale');
    faults.length = wanted; // the refusal's status, in the browser's console
    assert.equal((await open()).taken, small + 1);
  });

  await t.test('what was seen is what happens: the two wait, in front of the line', async () => {
    await preview(small);
    await agree('Keputusan bupati 2');
    assert.deepEqual(await open(), { taken: small, waiting: before.waiting + 2 });
    const line = await names(page, 'Daftar tunggu');
    const first = line.length ? line.slice(0, 2) : await page.locator('tbody a').evaluateAll(all => all.slice(0, 2).map(one => one.textContent));
    assert.deepEqual(first.toSorted(), losers.toSorted());
    await admin.shoot('72-quota-changed');
  });

  await t.test('when it grows again, who waits gets a place', async () => {
    await preview(before.taken + before.waiting);
    const gainers = await names(page, 'Mendapat tempat');
    assert.equal(gainers.length, before.waiting + 2);
    assert.ok(losers.every(name => gainers.includes(name)));
    await agree('Tambahan anggaran');
    assert.deepEqual(await open(), { taken: before.taken + before.waiting, waiting: 0 });
  });

  await t.test('each change is in the log with its reason', async () => {
    await page.goto(`${hub.url}/jejak`);
    const log = await page.innerText('main');
    assert.equal(log.match(/kuota/gi)?.length >= 3, true);
    assert.match(hub.run('audit', 'verify'), /whole|utuh|entries/);
  });

  assert.deepEqual(faults, []);
});
