// What a kader's thumb does, in words.
import assert from 'node:assert/strict';

export const PIN = '246810';

export class Kader {
  constructor(page) { this.page = page; }

  async pair(hubUrl, code) {
    await this.begin();
    await this.page.fill('#hub', hubUrl);
    await this.page.fill('#code', code);
    await this.page.fill('#pin', PIN);
    await this.page.fill('#pin-again', PIN);
    await this.page.click('button[type=submit]');
    await this.page.waitForSelector('#to-send');
  }

  // A phone that nobody has used yet asks who holds it.
  async begin() {
    await this.page.waitForSelector('#i-am-kader, #code');
    if (await this.page.locator('#i-am-kader').count()) await this.page.click('#i-am-kader');
    await this.page.waitForSelector('#code');
  }

  async unlock() {
    await this.page.fill('#pin', PIN);
    await this.page.click('button[type=submit]');
    await this.page.waitForSelector('#pin', { state: 'detached' });
  }

  type(field, text) { return this.page.locator(`#field-${field}`).pressSequentially(text); }
  choose(name, key) { return this.page.click(`#choice-${name}-${key}`); }
  value(field) { return this.page.inputValue(`#field-${field}`); }
  async next(waitFor) { await this.page.click('#next'); await this.page.waitForSelector(waitFor); }

  async start() { await this.page.click('#enrol'); await this.page.waitForSelector('#field-nik'); }

  // A picture from the gallery; waits until the stored photo is shown.
  async pick(name, bytes, mimeType = 'image/jpeg') {
    const before = await this.page.locator('img.photo').getAttribute('src', { timeout: 500 }).catch(() => null);
    await this.page.setInputFiles('#photo', { name, mimeType, buffer: bytes });
    await this.page.waitForFunction(before => {
      const photo = document.querySelector('img.photo');
      return photo && photo.src !== before;
    }, before);
  }

  // The phone has found fault with the photo; the kader says why it is kept.
  async keepPhoto(reason) {
    await this.page.click('#photo-keep');
    await this.choose('photo_reason', reason);
  }

  async identity(person) {
    await this.type('name', person.name);
    await this.type('birth_place', person.birthPlace);
    if (person.birthDate) await this.type('birth_date', person.birthDate);
    if (person.sex) await this.choose('sex', person.sex);
    await this.type('address', person.address);
    await this.type('rt', person.rt);
    await this.type('rw', person.rw);
  }

  async work(person) {
    await this.choose('occupation', person.occupation);
    await this.type('workplace', person.workplace);
  }

  async heir(person) {
    await this.type('heir_name', person.heir);
    await this.choose('relation', person.relation);
    await this.choose('consent', 'spoken');
  }

  async save() {
    await this.page.click('#save:enabled');
    // a new record shows its receipt first
    await this.page.waitForSelector('#slip-done, #standing');
    if (await this.page.locator('#slip-done').count()) await this.page.click('#slip-done');
    await this.page.waitForSelector('#standing');
  }

  // The whole form, without looking around.
  async enrol(person, photo) {
    await this.start();
    await this.type('nik', person.nik);
    await this.pick('ktp.jpg', photo);
    await this.finish(person);
  }

  // From the card step to the saved record.
  async finish(person) {
    await this.next('#field-name');
    await this.identity(person);
    await this.next('#field-workplace');
    await this.work(person);
    await this.next('#field-heir_name');
    await this.heir(person);
    await this.next('#save');
    await this.save();
  }

  async home() {
    const tab = this.page.locator('nav.tabs a').first();
    if (!await tab.isVisible()) { await this.page.click('#back'); await tab.waitFor(); }
    await tab.click();
    await this.page.waitForSelector('#to-send');
  }

  // What a kader does who wants the office's news now.
  async sync() {
    await this.home();
    await this.page.locator('.sync-line button:enabled').click();
    await this.page.waitForSelector('.sync-line button:enabled');
  }

  // Asks the office until the person's card has this number.
  async cardOf(name, kpj) {
    const there = this.page.locator('body', { hasText: kpj });
    for (let turn = 0; turn < 10; turn++) {
      await this.sync();
      await this.open(name);
      await this.says('Berlaku', '#has-card');
      await this.page.click('#show-card');
      await this.page.waitForSelector('#card-code');
      const found = await there.waitFor({ timeout: 2000 }).then(() => true, () => false);
      await this.page.click('#back');
      await this.page.waitForSelector('#standing');
      if (found) return;
    }
    throw new Error('the card with this number never came');
  }

  async open(name) {
    await this.page.locator('nav.tabs a').nth(1).click();
    await this.page.locator('.row', { hasText: name }).click();
    await this.page.waitForSelector('#standing');
  }

  async says(text, selector = 'body') {
    await this.page.locator(selector, { hasText: text }).first().waitFor();
  }

  async toSend(count) {
    await this.page.waitForFunction(count => document.querySelector('#to-send')?.textContent === count, String(count));
  }

  // The bytes of the photo that the screen shows.
  async shownPhoto() {
    await this.page.waitForSelector('img.photo');
    const src = await this.page.locator('img.photo').first().getAttribute('src');
    assert.ok(src.startsWith('data:image/jpeg;base64,'));
    return Buffer.from(src.slice(src.indexOf(',') + 1), 'base64');
  }
}
