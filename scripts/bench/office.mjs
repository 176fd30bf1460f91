// The office as a browser has it: signed in as several people, reading pages and sending forms.

const cookies = answer => answer.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ');
const token = text => text.match(/name="csrf" value="([^"]+)"/)[1];

export class Office {
  #cookies = {};

  constructor(url) {
    this.url = url;
  }

  async signIn(role, name, password) {
    const door = await fetch(`${this.url}/masuk`);
    const answer = await fetch(`${this.url}/masuk`, {
      method: 'POST', redirect: 'manual', headers: { cookie: cookies(door) }, body: new URLSearchParams({ csrf: token(await door.text()), name, password }),
    });
    if (answer.status !== 303) throw new Error(`${name} may not sign in: ${answer.status}`);
    this.#cookies[role] = cookies(answer);
  }

  fetch(role, at, more = {}) {
    return fetch(this.url + at, { redirect: 'manual', ...more, headers: { cookie: this.#cookies[role], ...more.headers } });
  }

  async page(role, at) {
    return (await this.fetch(role, at)).text();
  }

  /// Sends a form, with a file if there is `text`; tells where it leads, or nothing where the office refuses.
  async send(role, at, fields, text) {
    const body = text === undefined ? new URLSearchParams() : new FormData();
    body.append('csrf', token(await this.page(role, '/saya')));
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    if (text !== undefined) body.append('berkas', new Blob([text]), 'contoh.csv');
    return (await this.fetch(role, at, { method: 'POST', body })).headers.get('location');
  }

  /// Waits until a page of something under way no longer renews itself.
  async settled(role, at) {
    while ((await this.page(role, at)).includes('http-equiv="refresh"')) await new Promise(ok => setTimeout(ok, 500));
    return at;
  }
}
