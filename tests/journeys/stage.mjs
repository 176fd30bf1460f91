// What a journey needs: the real hub and the real app as processes, a network that can be cut, a phone-sized Chromium,
// and the pictures that a kader would have.
import { spawn, execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');
const bin = name => path.join(target, process.env.PAYUNG_PROFILE ?? 'debug', name);
export const shots = path.join(target, 'screenshots');
// Milliseconds until a wait is in vain, on the slowest machine that anybody has; who does not wait in vain never sees it.
export const PATIENCE = 120_000;
export const SIZES = { small: { width: 360, height: 640 }, large: { width: 412, height: 915 } };

export const sha256 = bytes => crypto.createHash('sha256').update(bytes).digest('hex');
export const folder = name => fs.mkdtempSync(path.join(os.tmpdir(), `payung-${name}-`));

export function freePort() {
  return new Promise(ok => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => ok(port));
    });
  });
}

async function until(what, check) {
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    if (await check()) return;
    await new Promise(ok => setTimeout(ok, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

const answers = port => new Promise(ok => {
  const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); ok(true); });
  socket.on('error', () => ok(false));
});

// The environment of a hub's commands. Where PAYUNG_TEST_POSTGRES names a PostgreSQL (scripts/postgres.sh) the rows of each
// folder are in a schema of its own there.
function environment(data) {
  const server = process.env.PAYUNG_TEST_POSTGRES;
  if (!server) return process.env;
  const schema = path.basename(data).toLowerCase().replaceAll('-', '_');
  execFileSync('psql', ['-qAt', server, '-c', `SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS ${schema}`]);
  return { ...process.env, PAYUNG_DATABASE: `${server}?options=-csearch_path%3D${schema}` };
}

// A command of the hub on its folder, and what it prints.
const order = (data, args, { program = 'payung-hub', ...more } = {}) =>
  execFileSync(bin(program), args, { encoding: 'utf8', env: environment(data), ...more });

class Process {
  constructor(name, args, env) { this.name = name; this.args = args; this.env = env; this.log = ''; }
  start() {
    this.child = spawn(bin(this.name), this.args, { stdio: ['ignore', 'pipe', 'pipe'], env: this.env });
    for (const pipe of [this.child.stdout, this.child.stderr]) pipe.on('data', text => { this.log += text; });
    this.ended = new Promise(ok => this.child.on('exit', ok));
  }
  async kill() { this.child.kill('SIGKILL'); await this.ended; }
}

export class Hub extends Process {
  // `programmes` is a folder of further ones.
  static async open({ programmes } = {}) {
    const data = folder('hub'), user = 'kantor', password = 'sandi-percobaan-1';
    order(data, ['village', 'add', '35.22.28.2004', '--programme', 'demo', '--data', data]);
    order(data, ['admin', 'add', '--data', data, '--name', user, '--password-stdin'], { input: password });
    // decisions take effect at once: these journeys are about what follows them
    return Hub.serve(data, { user, password }, [...(programmes ? ['--programmes', programmes] : []), '--undo-seconds', '0']);
  }
  // The demo's hub: a village of invented people, and its neighbour. `more` wait for a decision without any warning.
  static async demo(data, { more = 0, undoSeconds = 30 } = {}) {
    const made = order(data, ['demo', '--json', '--data', data, '--more', String(more)]);
    order(data, ['village', 'add', '35.22.28.2005', '--programme', 'demo', '--data', data]);
    return Hub.serve(data, JSON.parse(made), ['--undo-seconds', String(undoSeconds)]);
  }
  // A whole regency with so many invented people; an auditor and others have the same password.
  static async regency(data, people) {
    return Hub.serve(data, JSON.parse(order(data, ['demo', '--regency', '--people', String(people), '--json', '--data', data])));
  }
  static async serve(data, { user, password, village, records }, args = []) {
    const port = await freePort();
    const hub = new Hub('payung-hub', ['serve', ...args, '--data', data, '--listen', `127.0.0.1:${port}`], environment(data));
    Object.assign(hub, { data, port, user, password, village, records, url: `http://127.0.0.1:${port}` });
    hub.start();
    await until('the hub', () => answers(port));
    return hub;
  }
  // Gives somebody of a demo in this state a receipt, and a card where covered: the receipt's code as SVG, its number, the heir, the
  // name. `url` is what the receipt names. The hub is started anew, because one process at a time holds its rows.
  async receipt(state, url = this.url) {
    return JSON.parse(await this.fill('worker_fixture', url, state));
  }
  // Runs an example of the hub's on its rows while it is down.
  async fill(example, ...args) {
    await this.kill();
    const told = order(this.data, [this.data, ...args], { program: `examples/${example}` });
    this.start();
    await until('the hub', () => answers(this.port));
    return told;
  }
  run(...args) { return order(this.data, [...args, '--data', this.data]); }
  code() {
    const [code, link] = this.run('code', 'new', '--village', '35.22.28.2004', '--kader', 'Bu Siti', '--hub-url', this.url).split('\n');
    return { code, link };
  }
}

export class App extends Process {
  static async open(data = folder('phone')) {
    const port = await freePort();
    const app = new App('payung', ['--data', data, '--browser', `127.0.0.1:${port}`]);
    Object.assign(app, { data, port, url: `http://127.0.0.1:${port}/` });
    await app.begin();
    return app;
  }
  async begin() { this.start(); await until('the app', () => answers(this.port)); }
}

// The network between phone and hub: a TCP proxy that can be cut and mended.
export class Network {
  static async to(hub) {
    const network = new Network();
    network.sockets = new Set();
    network.up = 0; // bytes from the phone
    network.cutAt = Infinity;
    network.page = null;
    network.server = net.createServer(socket => {
      if (network.page) {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n${network.page}`));
        return;
      }
      socket.on('data', bytes => {
        network.up += bytes.length;
        if (network.up >= network.cutAt) { network.cutAt = Infinity; network.cut(); }
      });
      const onward = net.connect(hub.port, '127.0.0.1');
      for (const [from, to] of [[socket, onward], [onward, socket]]) {
        network.sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => { network.sockets.delete(from); to.destroy(); });
        from.pipe(to);
      }
    });
    await network.listen(0);
    network.port = network.server.address().port;
    network.url = `http://127.0.0.1:${network.port}`;
    return network;
  }
  // Cuts itself off when so many more bytes have come from the phone.
  cutAfter(bytes) { this.cutAt = this.up + bytes; }
  // From now on a Wi-Fi answers everything itself; null ends that.
  showLogin(page = '<html>Selamat datang. Silakan login.</html>') {
    this.page = page;
    for (const socket of this.sockets) socket.destroy();
  }
  // A test that ends without cutting it must not keep its process alive.
  listen(port) { return new Promise(ok => this.server.listen(port, '127.0.0.1', ok).unref()); }
  cut() { this.server.close(); for (const socket of this.sockets) socket.destroy(); }
  mend() { return this.listen(this.port); }
}

export async function openBrowser(extra = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', ...extra],
  });
}

// A phone-sized page of the app. Anything that goes wrong in the page fails the journey. `before` runs before its scripts.
// What comes late pushes away what a finger is on: nothing is put into the page before saving once it is seen.
function nothingLate() {
  let isSeen = false;
  new MutationObserver(batch => {
    const late = batch.flatMap(({ addedNodes }) => [...addedNodes]).find(node => node.matches?.('#problems, #warnings, #conflicts, #duplicate, #elsewhere'));
    if (isSeen && late) console.error(`#${late.id} came late`);
    isSeen = !!document.querySelector('.section-head');
  }).observe(document, { childList: true, subtree: true });
}

export async function phonePage(browser, app, faults, before) {
  const context = await browser.newContext({
    viewport: SIZES.small, deviceScaleFactor: 2, isMobile: true, hasTouch: true, permissions: ['camera'], locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
  });
  const page = await context.newPage();
  await page.addInitScript(nothingLate);
  if (before) await page.addInitScript(before);
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', error => faults.push(`page: ${error.message}`));
  page.on('console', message => { if (message.type() === 'error') faults.push(`console: ${message.text()}`); });
  await page.goto(app.url);
  return page;
}

// A picture of a page or a part of it. On a busy machine Chromium now and then can't take one; it can a moment later.
export async function picture(of, options, tries = 5) {
  try {
    return await of.screenshot(options);
  } catch (error) {
    if (tries === 1 || !/Unable to capture screenshot/.test(error.message)) throw error;
    await new Promise(ok => setTimeout(ok, 200));
    return picture(of, options, tries - 1);
  }
}

// Drawings (SVG) as pictures of `size` pixels, of their own size without one.
export async function drawn(context, svgs, size) {
  const page = await context.newPage(), pictures = [];
  for (const svg of svgs) {
    const drawing = svg.slice(svg.indexOf('<svg'));
    await page.setContent(`<body style="margin:0">${size ? drawing.replace('<svg', `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"`) : drawing}`);
    pictures.push(await picture(page.locator('svg')));
  }
  await page.close();
  return pictures;
}

// The code that a screen shows, as another phone's camera sees it.
export async function codeOn(page, id) {
  const [code] = await drawn(page.context(), [await page.evaluate(id => document.querySelector(id).outerHTML, id)], 480);
  return code;
}

// The screen at both phone sizes, as it is first seen and as a whole, for people to look at.
export async function shoot(page, name, sizes = SIZES) {
  fs.mkdirSync(shots, { recursive: true });
  for (const viewport of Object.values(sizes)) {
    await page.setViewportSize(viewport);
    await picture(page, { path: path.join(shots, `${name}-${viewport.width}.png`) });
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    if (height <= viewport.height) continue;
    await page.setViewportSize({ ...viewport, height }); // taller, so that what sticks to the bottom is at the bottom
    await picture(page, { path: path.join(shots, `${name}-${viewport.width}-whole.png`) });
  }
  await page.setViewportSize(Object.values(sizes)[0]);
}

export const fixture = name => fs.readFileSync(path.join(root, 'tests/fixtures', name));

// A photo of the made-up card of tests/fixtures on a table; `orientation` is EXIF's: the pixels lie turned, a reader
// turns them back. With a `nik` of its own the card's number is painted over.
export async function cardPhoto(browser, { width = 1600, height = 1200, orientation = 1, nik }) {
  const page = await browser.newPage();
  const url = await page.evaluate(async ({ card, width, height, orientation, nik }) => {
    const turned = orientation === 6 || orientation === 8;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = turned ? [height, width] : [width, height];
    const c = canvas.getContext('2d');
    if (orientation === 6) { c.translate(0, width); c.rotate(-Math.PI / 2); }
    const wood = c.createLinearGradient(0, 0, width, height);
    wood.addColorStop(0, '#5b4834'); wood.addColorStop(1, '#7d674e');
    c.fillStyle = wood; c.fillRect(0, 0, width, height);
    const w = width * 0.8, h = w * 53.98 / 85.6, x = (width - w) / 2, y = (height - h) / 2;
    const image = new Image();
    image.src = `data:image/jpeg;base64,${card}`;
    await image.decode();
    c.save();
    const r = w * 3.18 / 85.6; // an ID-1 card has round corners
    c.beginPath();
    c.moveTo(x + r, y);
    c.arcTo(x + w, y, x + w, y + h, r); c.arcTo(x + w, y + h, x, y + h, r);
    c.arcTo(x, y + h, x, y, r); c.arcTo(x, y, x + w, y, r);
    c.clip();
    c.drawImage(image, x, y, w, h);
    c.restore();
    if (nik) {
      c.fillStyle = '#d3e4f4'; c.fillRect(x + w * 0.255, y + h * 0.172, w * 0.47, h * 0.068);
      c.fillStyle = '#151a22'; c.font = `bold ${h * 0.06}px "DejaVu Sans Mono", monospace`;
      for (let i = 0; i < 16; i++) c.fillText(nik[i], x + w * (0.267 + 0.0285 * i), y + h * 0.227);
    }
    return canvas.toDataURL('image/jpeg', 0.9);
  }, { card: fixture('card.jpg').toString('base64'), width, height, orientation, nik });
  await page.close();
  const jpeg = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
  return orientation === 1 ? jpeg : withOrientation(jpeg, orientation);
}

function withOrientation(jpeg, orientation) {
  const tiff = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

// What a camera sees that is held over pictures, one after the other: a film of grey frames for Chromium's fake camera.
export async function film(browser, pictures, { width = 640, height = 480, share = 0.75 } = {}) {
  const page = await browser.newPage();
  const greys = [];
  for (const picture of pictures) greys.push(await grey(page, picture, { width, height, share }));
  await page.close();
  const frames = greys.flatMap(grey => {
    const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(grey), Buffer.alloc(width * height / 2, 128)]);
    return Array(10).fill(frame);
  });
  const file = path.join(folder('film'), 'film.y4m');
  fs.writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...frames]));
  return file;
}

function grey(page, picture, size) {
  const isPng = picture[0] === 0x89;
  return page.evaluate(async ({ bytes, type, width, height, share }) => {
    const image = new Image();
    image.src = `data:${type};base64,${bytes}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const c = canvas.getContext('2d');
    c.fillStyle = type === 'image/png' ? '#fff' : '#555';
    c.fillRect(0, 0, width, height);
    const scale = Math.min(width / image.width, height / image.height) * share;
    const [w, h] = [image.width * scale, image.height * scale];
    c.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
    const { data } = c.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, i) => 16 + (data[i * 4] * 77 + data[i * 4 + 1] * 150 + data[i * 4 + 2] * 29) / 256 * 219 / 255);
  }, { bytes: picture.toString('base64'), type: isPng ? 'image/png' : 'image/jpeg', ...size });
}

// A browser whose camera is held over pictures: a fixture by its name, or the bytes of several.
export async function filmed(shown, options) {
  const plain = await openBrowser();
  const file = await film(plain, typeof shown === 'string' ? [fixture(shown)] : shown, options);
  await plain.close();
  return openBrowser([`--use-file-for-fake-video-capture=${file}`]);
}
