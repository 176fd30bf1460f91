// What somebody at the labour office does, in words.
import { PATIENCE, sha256, shoot } from './stage.mjs';

const SIZES = { laptop: { width: 1366, height: 768 }, phone: { width: 412, height: 915 } };

export class Office {
  // `who` signs in; somebody else than the hub's first user on a phone-sized screen, if so wished.
  static async open(browser, hub, faults, who = hub, viewport = SIZES.laptop, sizes = SIZES) {
    const context = await browser.newContext({ viewport, locale: 'id-ID', timezoneId: 'Asia/Jakarta' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', error => faults.push(`office: ${error.message}`));
    page.on('console', message => { if (message.type() === 'error') faults.push(`office console: ${message.text()} ${message.location().url}`); });
    await page.goto(`${hub.url}/masuk`);
    const office = Object.assign(new Office(), { page, hub, sizes });
    if (who === hub) await office.shoot('20-office-sign-in');
    await page.fill('[name=name]', who.user);
    await page.fill('[name=password]', who.password);
    await page.click('button.primary');
    await page.waitForURL(url => url.pathname !== '/masuk');
    return office;
  }

  shoot(name) { return shoot(this.page, name, this.sizes); }

  // Of the record that is open, told by its decision bar: pages are put in place without a load.
  async recordId() {
    const action = await this.page.getAttribute('.decide form', 'action');
    return action.split('/')[2];
  }

  async count() {
    await this.page.goto(`${this.hub.url}/catatan`);
    return this.page.locator('table a[href^="/catatan/"]').count();
  }

  async openRecord(name) {
    await this.page.goto(`${this.hub.url}/catatan?cari=${encodeURIComponent(name)}`);
    await this.page.click(`table a[href^="/catatan/"]:has-text("${name}")`);
    await this.page.waitForSelector('div.decide');
  }

  async photoHash() {
    const src = await this.page.getAttribute('a.photo img', 'src');
    return sha256(await (await this.page.request.get(this.hub.url + src)).body());
  }

  // Uploads a CSV, which leads to its columns.
  async bring(form, name, text) {
    await this.page.setInputFiles(`${form} [name=berkas]`, { name, mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${text}`) });
    await this.page.click(`${form} button.primary`);
    await this.page.waitForURL(/\/(daftar|jawaban)\/[0-9a-f]{16}$/);
  }

  // A page that shows work under way looks again by itself.
  settled(text) { return this.page.locator('body', { hasText: text }).waitFor(); }

  // Opens a page again and again, until a phone has told the hub what it shows then.
  async until(path, text) {
    const there = this.page.locator('body', { hasText: text });
    for (const end = Date.now() + PATIENCE; Date.now() < end;) {
      await this.page.goto(this.hub.url + path);
      if (await there.count()) return;
      await this.page.waitForTimeout(200);
    }
    throw new Error(`${path} never said ${text}`);
  }

  says(text) { return this.page.locator('body', { hasText: text }).waitFor(); }

  // Until the next page says what was done.
  async leaving(act) {
    const before = this.page.url();
    await act();
    await this.page.waitForURL(url => url.href !== before && url.search.includes('sudah='));
  }

  // By keyboard: a key leads to the button, Enter presses it.
  async approve() {
    await this.page.waitForLoadState();
    await this.page.keyboard.press('s');
    await this.leaving(() => this.page.keyboard.press('Enter'));
  }

  async giveBack(field, comment) {
    await this.page.click('#kembalikan summary');
    await this.page.fill(`[name=c_${field}]`, comment);
    await this.leaving(() => this.page.click('#kembalikan button.warn'));
  }

  async reject(reason, words) {
    await this.page.click('#tolak summary');
    await this.page.check(`[name=reason][value=${reason}]`);
    await this.page.fill('[name=words]', words);
    await this.leaving(() => this.page.click('#tolak button.refuse'));
  }

  // A file for BPJS, and BPJS's answer: covered from the first of this month on.
  async cover(nik, kpj) {
    const [month, year] = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Jakarta', month: '2-digit', year: 'numeric' }).format(new Date()).split('/');
    await this.page.goto(`${this.hub.url}/berkas`);
    await this.page.click('button:has-text("Buat berkas")');
    await this.settled('Siap diunduh');
    await this.bring('form[action$="/jawaban"]', 'jawaban bpjs.csv', `NIK;No. KPJ;TMT;Keterangan\n${nik};${kpj};01/${month}/${year};`);
    await this.page.click('button:has-text("Periksa semua baris")');
    await this.settled('Ini baru pemeriksaan');
    await this.page.click('button:has-text("Masukkan 1 jawaban")');
    await this.settled('1 jawaban sudah dimasukkan');
  }

  // Ends what was agreed to.
  async end(reason) {
    await this.page.click('#akhiri summary');
    await this.page.check(`[name=reason][value=${reason}]`);
    await this.leaving(() => this.page.click('#akhiri button.refuse'));
  }
}
