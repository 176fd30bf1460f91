// The dashboard, as an admin and an auditor read it: from a village to a person in two clicks, and a chart's numbers taken along.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Hub, folder, openBrowser, shoot } from './stage.mjs';
import { Office } from './office.mjs';

const SIZES = { laptop: { width: 1280, height: 800 }, phone: { width: 412, height: 915 } };
const number = text => Number(text.replaceAll('.', ''));

// Nothing is wider than the screen, at either size.
async function fits(page) {
  for (const size of Object.values(SIZES)) {
    await page.setViewportSize(size);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${page.url()} is ${wide} px wider than ${size.width}`);
  }
  await page.setViewportSize(SIZES.laptop);
}

test('an admin and an auditor read the dashboard', async t => {
  const faults = [];
  const small = await Hub.demo(folder('small'));
  const hub = await Hub.regency(folder('regency'), 3000);
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await small.kill(); await hub.kill(); });
  const admin = await Office.open(browser, hub, faults, hub, SIZES.laptop);
  const { page } = admin;

  await t.test('the first page of 430 villages is short, and leads to the dashboard', async () => {
    await admin.says('Per kecamatan');
    assert.equal(await page.locator('table a[href^="/gambaran?kecamatan="]').count(), 28);
    await fits(page);
    await shoot(page, '80-home-of-a-regency', SIZES);
    await page.click('header.top nav a >> text=Gambaran');
    await admin.says('Tempat terisi per kecamatan');
    await fits(page);
    await shoot(page, '81-dashboard', SIZES);
  });

  await t.test('every chart has a name, a sentence and a table', async () => {
    const told = await page.$$eval('main svg[role=img]', charts => charts.map(chart => ['title', 'desc'].map(part => chart.querySelector(`:scope > ${part}`)?.textContent.trim())));
    assert.ok(told.length > 30);
    assert.ok(told.every(([title, desc]) => title && desc), JSON.stringify(told));
    assert.equal(await page.locator('details.table').count(), 7);
    assert.equal(await page.locator('details.table a[download]').count(), 7);
  });

  await t.test('a district, its villages; then one click to the people and one to a person', async () => {
    await page.click('ol.bars a >> text=Gayam');
    await admin.says('Kecamatan Gayam');
    assert.equal(await page.locator('ol.bars li').count(), 12);
    await shoot(page, '82-dashboard-of-a-district', SIZES);
    await page.click('ol.bars a >> text=Mojodelik');
    await page.waitForURL(url => url.pathname === '/catatan');
    assert.match(page.url(), /desa=35\.22\.28\.2004/);
    await page.click('table a[href^="/catatan/"] >> nth=0');
    await page.waitForSelector('header.who h1');
  });

  await t.test('she finds a person by parts of the name, and pages on and back', async () => {
    await page.goto(`${hub.url}/catatan?cari=si`);
    await admin.says('Berikutnya');
    const first = await page.textContent('table a[href^="/catatan/"] >> nth=0');
    await page.click('nav.pages button >> text=Berikutnya');
    await page.waitForURL(/setelah=/);
    assert.notEqual(await page.textContent('table a[href^="/catatan/"] >> nth=0'), null);
    await shoot(page, '83-second-page', SIZES);
    await page.click('nav.pages button >> text=Sebelumnya');
    await page.waitForURL(/sebelum=/);
    assert.equal(await page.textContent('table a[href^="/catatan/"] >> nth=0'), first);
  });

  await t.test('an auditor takes a chart\'s numbers along, and they are those of the page', async () => {
    const auditor = await Office.open(browser, hub, faults, { user: 'auditor', password: hub.password }, SIZES.laptop);
    await auditor.page.goto(`${hub.url}/gambaran`);
    await auditor.page.click('#celah details.table summary');
    const [download] = await Promise.all([auditor.page.waitForEvent('download'), auditor.page.click('#celah a[download]')]);
    assert.equal(download.suggestedFilename(), 'payung-celah.csv');
    const rows = fs.readFileSync(await download.path(), 'utf8').trim().split('\r\n').slice(1).map(row => row.split(';').slice(1).map(Number));
    const cells = await auditor.page.locator('#celah tbody td.number').allTextContents();
    assert.deepEqual(rows.flat(), cells.map(number));
    const told = await auditor.page.textContent('#celah > p');
    assert.equal(rows.flat().reduce((sum, count) => sum + count), number(told.split(' ')[0]));
    await auditor.page.locator('#celah').scrollIntoViewIfNeeded();
    await shoot(auditor.page, '84-open-table', SIZES);
    assert.equal(await auditor.page.locator('text=Anggaran dan bulan').count(), 1);
  });

  await t.test('a village head sees one village, and no money', async () => {
    const head = await Office.open(browser, hub, faults, { user: 'kades.mojodelik', password: hub.password }, SIZES.phone);
    await head.page.goto(`${hub.url}/gambaran`);
    assert.equal(await head.page.locator('ol.bars li').count(), 1);
    assert.equal(await head.page.locator('text=Anggaran dan bulan').count(), 0);
    await fits(head.page);
    await shoot(head.page, '85-dashboard-of-a-village', SIZES);
  });

  await t.test('a hub that has just begun says what will come', async () => {
    const clerk = await Office.open(browser, small, faults, small, SIZES.laptop);
    await clerk.page.goto(`${small.url}/gambaran`);
    await clerk.says('Belum ada yang dilindungi');
    await fits(clerk.page);
    await shoot(clerk.page, '86-dashboard-of-a-beginning', SIZES);
  });

  assert.deepEqual(faults, []);
});
