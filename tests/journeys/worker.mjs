// What a worker's thumb does, in words.

export class Worker {
  constructor(page) { this.page = page; }

  async says(text, selector = 'body') {
    await this.page.locator(selector, { hasText: text }).first().waitFor();
  }

  // Where the card on the screen stands.
  stands(text) { return this.page.locator('#stand', { hasText: text }).waitFor(); }

  // One screen back at a time: a second tap before the first is answered would lead too far, or nowhere.
  async cards() {
    await this.page.waitForSelector('#add-card, #back');
    while (!await this.page.locator('#add-card').count()) {
      const title = await this.page.textContent('h1');
      await this.page.click('#back');
      await this.page.waitForFunction(title => document.querySelector('#add-card') || document.querySelector('h1')?.textContent !== title, title);
    }
  }

  async open(name) {
    await this.cards();
    await this.page.locator('.row', { hasText: name }).click();
    await this.page.waitForSelector('#stand');
  }

  async type(hubUrl, number, heir) {
    await this.cards();
    await this.page.click('#add-card');
    await this.page.click('#type-receipt');
    await this.page.fill('#number', number);
    await this.page.fill('#heir', heir);
    await this.page.fill('#hub', hubUrl);
    await this.page.click('#open-card');
  }

  // Asks the office, again where an answer was under way that did not know it yet.
  async refreshUntil(text, selector = '#stand') {
    const there = this.page.locator(selector, { hasText: text });
    for (let turn = 0; turn < 20 && !await there.count(); turn++) {
      await this.page.locator('#refresh:enabled').click();
      await there.waitFor({ timeout: 2000 }).catch(() => {});
    }
    await there.waitFor();
  }

  // Holds the camera over somebody's card.
  async check() {
    await this.cards();
    await this.page.click('#check-card');
    await this.page.click('#scan');
  }
}
