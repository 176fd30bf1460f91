// A list with bad rows comes in, its people reach a phone; a file goes to BPJS, the answer comes back; the regent's report.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { judge } from './axe.mjs';
import { App, Hub, folder, openBrowser, phonePage, picture, sha256, shoot, shots, SIZES as PHONES } from './stage.mjs';
import { Kader } from './kader.mjs';
import { Office } from './office.mjs';

// Serial 9999 and the prefix 99: nobody's NIK.
const nik = number => `990101${String(10 + number % 18).padStart(2, '0')}0584${9000 + number}`;

const LIST = [
  ['DAFTAR USULAN PEKERJA RENTAN DESA MOJODELIK', '', '', '', '', '', ''],
  ['No', 'NIK', 'Nama Lengkap', 'Desa', 'Kecamatan', 'Alamat', 'RT/RW', 'Desil'],
  ['1', nik(1), 'Contoh Suminten', 'Mojodelik', 'Gayam', 'Dusun Contoh', '003/001', '1'],
  ['2', `'${nik(2)}`, 'Contoh Wagiman', 'Mojodelik', 'Gayam', 'Dusun Contoh', '004/001', '2'],
  ['3', nik(3).replace(/(\d{4})(?=\d)/g, '$1 '), 'Contoh Bambang Sudarmanto Hadiwijaya Kusumaningrat Prawirodirjo', '35.22.28.2004', '', 'Dusun Contoh Timur Dekat Balai Desa Lama', '', ''],
  ['4', '9,90101E+15', 'Contoh Rusak', 'Mojodelik', 'Gayam', '', '', ''],
  ['5', nik(5).slice(1), 'Contoh Kurang', 'Mojodelik', 'Gayam', '', '', ''],
  ['6', nik(1), 'Contoh Suminten', 'Mojodelik', 'Gayam', '', '', ''],
  ['7', nik(7), 'Contoh Jauh', 'Desa Antah Berantah', 'Gayam', '', '', ''],
  ['8', nik(8), 'Contoh Desil', 'Mojodelik', 'Gayam', '', '', '14'],
].map(row => row.join(';')).join('\r\n');

test('lists in, files out and back', async t => {
  const faults = [];
  const hub = await Hub.demo(folder('files'));
  const app = await App.open();
  const browser = await openBrowser();
  t.after(async () => { await browser.close(); await app.kill(); await hub.kill(); });
  const office = await Office.open(browser, hub, faults, hub, undefined, { laptop: { width: 1280, height: 800 }, phone: PHONES.large });
  const { page } = office;

  await t.test('the office looks at a list before anything changes', async () => {
    await page.goto(`${hub.url}/daftar`);
    await office.shoot('80-lists-empty');
    await page.selectOption('[name=sumber]', { index: 1 });
    await office.bring('form[action="/daftar"]', 'usulan desa mojodelik 2026 (revisi).csv', LIST);
    await office.says('Apa isi setiap kolom?');
    assert.equal(await page.inputValue('[name=k1]'), 'nik', 'guessed from the heading');
    assert.equal(await page.inputValue('[name=k6]'), 'rt_rw');
    await office.shoot('81-columns');
    await page.click('button:has-text("Periksa semua baris")');
    await office.settled('Ini baru pemeriksaan');
    for (const words of ['NIK rusak oleh Excel', 'NIK kurang dari 16 angka', 'sudah ada di baris 3', 'Desa tidak dikenal', 'Desil bukan angka']) {
      await office.says(words);
    }
    await office.shoot('82-dry-run');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a:has-text("Unduh sebagai CSV")')]);
    assert.match(fs.readFileSync(await download.path(), 'utf8'), /6;NIK;9,90101E\+15;NIK rusak oleh Excel/);
    await page.click('button:has-text("Masukkan 3 orang")');
    await office.settled('3 orang sudah dimasukkan');
    await office.shoot('83-taken');
  });

  await t.test('its people reach the village\'s phone, and one is enrolled', async () => {
    const kader = new Kader(await phonePage(browser, app, faults));
    const { code } = hub.code();
    await kader.pair(hub.url, code);
    await kader.page.waitForSelector('#visits');
    await kader.says('Perlu dikunjungi: 3 orang', '#visits');
    await shoot(kader.page, '84-home-with-visits', PHONES);
    assert.deepEqual(await judge(kader.page, 'home'), []);
    await kader.page.click('#visits');
    await kader.says('CONTOH WAGIMAN');
    await shoot(kader.page, '85-visits', PHONES);
    assert.deepEqual(await judge(kader.page, 'whom to visit'), []);
    // one has left the village: the kader tells it, and the office hears it
    const moved = kader.page.locator('li', { hasText: 'CONTOH WAGIMAN' });
    await moved.locator('.icon-button').click();
    await kader.page.waitForSelector('#choice-outcome-moved');
    await kader.page.waitForFunction(() => document.querySelector('#telling-end').getBoundingClientRect().bottom <= innerHeight);
    await shoot(kader.page, '85b-visit-told', PHONES);
    assert.deepEqual(await judge(kader.page, 'what became of a visit'), []);
    await kader.choose('outcome', 'moved');
    await moved.locator('.said', { hasText: 'Pindah dari desa ini' }).waitFor();
    await kader.home();
    await kader.says('Perlu dikunjungi: 2 orang', '#visits');
    await kader.sync();
    await office.until('/daftar', '2 dari 3 orang dalam daftar masih perlu dikunjungi');
    await office.shoot('83b-visited');
    const [told] = await Promise.all([page.waitForEvent('download'), page.click('a:has-text("Unduh hasil kunjungan")')]);
    assert.match(fs.readFileSync(await told.path(), 'utf8'), /CONTOH WAGIMAN;.*;Pindah dari desa ini;/);
    await kader.page.click('#visits');
    await kader.page.fill('#search', 'sumin');
    await kader.page.locator('button.visit', { hasText: 'CONTOH SUMINTEN' }).click();
    await kader.page.waitForSelector('#field-nik');
    assert.equal((await kader.value('nik')).replaceAll(' ', ''), nik(1));
    await shoot(kader.page, '86-prefilled', PHONES);
    await kader.page.close();
  });

  let address;
  await t.test('a file for BPJS is made, and is the same each time it is fetched', async () => {
    await page.goto(`${hub.url}/berkas`);
    await office.shoot('87-files');
    await page.click('button:has-text("Buat berkas")');
    await office.settled('Siap diunduh');
    address = page.url();
    await office.shoot('88-file');
    const fetched = async kind => Buffer.from(await (await page.request.get(`${address}/${kind}`)).body());
    const first = await fetched('xlsx');
    assert.equal(sha256(first), sha256(await fetched('xlsx')));
    assert.ok((await page.textContent('main')).includes(sha256(first)));
  });

  await t.test('the answer comes back: covered, refused, and what is wrong with it', async () => {
    const rows = (await (await page.request.get(`${address}/csv`)).text()).trim().split(/\r?\n/).slice(1);
    const niks = rows.map(row => row.split(';')[1]);
    assert.ok(niks.length >= 2, 'the demo has people with a place');
    const answer = ['NIK;No. KPJ;TMT;Keterangan', `${niks[0]};26000000001;01/12/2026;`, `${niks[1]};;;NIK tidak padan dengan Dukcapil`, `${nik(77)};26000000077;01/12/2026;`];
    await office.bring('form[action$="/jawaban"]', 'jawaban bpjs.csv', answer.join('\n'));
    await page.click('button:has-text("Periksa semua baris")');
    await office.settled('Ini baru pemeriksaan');
    await office.says('tidak ada dalam berkas ekspor nomor 1');
    await office.shoot('89-answer');
    await page.click('button:has-text("Masukkan 2 jawaban")');
    await office.settled('2 jawaban sudah dimasukkan');
    await page.goto(address);
    await office.says('NIK tidak padan dengan Dukcapil');
    await office.shoot('90-file-answered');
    await page.click('#ditolak a[href^="/catatan/"]');
    await office.says('Kembalikan ke kader');
    await office.shoot('91-refused');
    await page.click('button:has-text("Simpan keputusan")');
    await office.says('Perlu diperbaiki');
    await page.goto(`${hub.url}/catatan?status=active`);
    await page.click('table a[href^="/catatan/"] >> nth=0');
    await office.says('26000000001');
    await office.shoot('92-covered');
  });

  await t.test('the regent\'s report', async () => {
    // on a phone the parts are behind one button
    await page.setViewportSize(PHONES.large);
    await page.click('button.menu');
    await picture(page, { path: `${shots}/93-menu-412.png` });
    await page.click('#menu a:has-text("Laporan")');
    await page.waitForURL(/\/laporan/);
    assert.equal(await page.isVisible('#menu nav'), false);
    await page.goto(`${hub.url}/laporan?menurut=pekerjaan`);
    await office.says('Jumlah');
    await office.shoot('93-report');
    const response = await page.request.get(`${hub.url}/laporan/xlsx`);
    assert.equal(Buffer.from(await response.body()).subarray(0, 2).toString(), 'PK');
    await page.emulateMedia({ media: 'print' });
    await office.shoot('94-report-printed');
    await page.emulateMedia({ media: 'screen' });
  });

  assert.deepEqual(faults, []);
});
