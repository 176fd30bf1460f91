// What axe-core finds on a page, and whether it still fits with letters of twice the size.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { SIZES } from './stage.mjs';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Findings that keep somebody out, a line each; empty when there are none.
async function findings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) =>
      `${impact} ${id}: ${target.join(' ')} ${failureSummary.split('\n').slice(1).join(' ').trim()}`));
}

// The elements that stick out at the side, with letters of so many times the size.
async function sticksOut(page, times) {
  return page.evaluate(async times => {
    const { style } = document.documentElement;
    style.fontSize = `${times * 100}%`;
    await new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(ok)));
    const width = document.documentElement.clientWidth;
    const isClipped = element => {
      for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      }
      return false;
    };
    const out = document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]
      .filter(element => element.getBoundingClientRect().right > width + 1 && !isClipped(element))
      .map(element => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} to ${Math.round(element.getBoundingClientRect().right)} of ${width}`);
    style.fontSize = '';
    return out.slice(0, 5);
  }, times);
}

// All that is wrong with a page, a line each: at these sizes, with letters as they are and twice as large.
export async function judge(page, where, sizes = Object.values(SIZES)) {
  const found = [];
  for (const size of sizes) {
    await page.setViewportSize(size);
    // as tall as its content, so that nothing lies under the bar at the foot
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...size, height: Math.max(height, size.height) });
    found.push(...(await findings(page)).map(line => `${where} at ${size.width}: ${line}`));
    for (const times of [1, 2]) {
      found.push(...(await sticksOut(page, times)).map(line => `${where} at ${size.width}, letters × ${times}: ${line}`));
    }
  }
  await page.setViewportSize(sizes[0]);
  return found;
}
