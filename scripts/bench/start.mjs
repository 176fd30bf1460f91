// From the app's start to a worker's card on the screen, cold and without a signal: in the browser build, and in the window where
// there is an Xvfb. A table of median and slowest in milliseconds.
//   node scripts/bench/start.mjs FOLDER_OF_PROGRAMS [TIMES]
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [, , programs, given] = process.argv;
const times = Number(given ?? 10);
// the stage of the journeys has the browser and the processes
process.env.CARGO_TARGET_DIR = path.resolve(programs, '..');
process.env.PAYUNG_PROFILE = path.basename(path.resolve(programs));
const { App, Hub, folder, openBrowser, phonePage } = await import('../../tests/journeys/stage.mjs');
const { Worker } = await import('../../tests/journeys/worker.mjs');
const program = name => path.join(path.resolve(programs), name);

// A phone with one card.
const hub = await Hub.demo(folder('hub'));
const { number, heir } = await hub.receipt('active');
const browser = await openBrowser();
const faults = [];
const app = await App.open();
const page = await phonePage(browser, app, faults);
await page.click('#i-am-worker');
await new Worker(page).type(hub.url, number, heir);
await new Worker(page).stands('erlindungi');
await page.close();
await app.kill();
await hub.kill();

const rows = [];
const note = (what, took) => rows.push({ what, took: [...took].sort((a, b) => a - b) });
const listens = [], shown = [];
for (let turn = 0; turn < times; turn++) {
  const began = performance.now();
  await app.begin();
  listens.push(performance.now() - began);
  const page = await phonePage(browser, app, faults);
  await page.locator('#stand', { hasText: 'erlindungi' }).waitFor();
  shown.push(performance.now() - began);
  await page.close();
  await app.kill();
}
note('browser build: the program answers', listens);
note('browser build: the card is on the screen', shown);

// The window says itself when the card is painted.
if (spawnSync('which', ['Xvfb']).status === 0) {
  const display = `:${90 + process.pid % 100}`;
  const screen = spawn('Xvfb', [display, '-screen', '0', '412x915x24'], { stdio: 'ignore' });
  await new Promise(ok => setTimeout(ok, 1000));
  const took = [];
  for (let turn = 0; turn < times; turn++) {
    const began = performance.now();
    const window = spawn(program('payung'), ['--data', app.data], { env: { ...process.env, DISPLAY: display, RUST_LOG: 'payung=info', GDK_BACKEND: 'x11' }, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise(ok => window.on('exit', ok));
    let log = '';
    const isThere = await new Promise(ok => {
      window.stderr.on('data', text => { log += text; if (log.includes('a card is on the screen')) ok(true); });
      setTimeout(() => ok(false), 60_000);
      ended.then(() => ok(false));
    });
    if (isThere) took.push(performance.now() - began);
    window.kill('SIGKILL');
    await ended;
    if (!isThere) { console.log(`the window showed no card:\n${log.slice(-500)}`); break; }
  }
  screen.kill();
  if (took.length) note('window under Xvfb: the card is painted', took);
} else {
  console.log('No Xvfb here: the window was not measured.\n');
}
await browser.close();

console.log('| from the start of the program, without a signal | median ms | slowest ms |\n| --- | ---: | ---: |');
for (const { what, took } of rows) console.log(`| ${what} | ${Math.round(took[took.length >> 1])} | ${Math.round(took.at(-1))} |`);
if (faults.length) { console.log(faults); process.exit(1); }
process.exit(0);
