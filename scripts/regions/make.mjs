// Makes assets/regions/regions.bin from the CSV files of idn-area-data.
//
//   npm ci && npm run make
//
// The file: "PYRG", the version (1 byte), then one zlib stream. Inside, numbers are LEB128:
//   the count of provinces, then their numbers, each as the step from the one before;
//   the count of regencies in each province, then all their numbers as steps, starting anew in each province;
//   the same for the districts of each regency, and for the villages of each district;
//   the names of the four levels in code order, each ended by a line feed.
// crates/domain/src/region/load.rs reads it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import Papa from "papaparse";

const VERSION = 1;
const EXPECTED = { provinces: 38, regencies: 514, districts: 7285, villages: 83762 };
const BLOCKS = { provinces: [2], regencies: [2, 2], districts: [2, 2, 2], villages: [2, 2, 2, 4] };

const data = join(dirname(createRequire(import.meta.url).resolve("idn-area-data/package.json")), "data");
const target = new URL("../../assets/regions/regions.bin", import.meta.url);

function fail(reason) {
  throw new Error(reason);
}

/** The rows of one level in code order, each { code, parent, number, name }. */
function level(name) {
  const { data: rows, errors } = Papa.parse(readFileSync(join(data, `${name}.csv`), "utf8"), {
    header: true,
    skipEmptyLines: true,
  });
  if (errors.length > 0) fail(`${name}.csv: ${JSON.stringify(errors[0])}`);
  if (rows.length !== EXPECTED[name]) fail(`${name}.csv has ${rows.length} rows, not ${EXPECTED[name]}`);
  const pattern = new RegExp(`^${BLOCKS[name].map((digits) => `\\d{${digits}}`).join("\\.")}$`);
  return rows
    .map(({ code, name: label }) => {
      if (!pattern.test(code)) fail(`${name}.csv: ${code} is no code`);
      if (!label || label !== label.trim() || /[\n\r\t]/.test(label)) fail(`${code}: odd name ${JSON.stringify(label)}`);
      const blocks = code.split(".");
      return { code, parent: blocks.slice(0, -1).join("."), number: Number(blocks.at(-1)), name: label };
    })
    .sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : fail(`${a.code} stands twice`)));
}

const bytes = [];
function put(number) {
  for (; number >= 128; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  bytes.push(number);
}

/** How many children each parent has, then the children's numbers as steps. */
function putChildren(parents, children) {
  const counts = new Map(parents.map(({ code }) => [code, 0]));
  for (const { code, parent } of children) {
    if (!counts.has(parent)) fail(`${code} lies nowhere`);
    counts.set(parent, counts.get(parent) + 1);
  }
  for (const count of counts.values()) put(count);
  let before = null;
  for (const child of children) {
    put(child.number - (before?.parent === child.parent ? before.number : 0));
    before = child;
  }
}

const levels = Object.keys(EXPECTED).map(level);
const country = [{ code: "" }];
levels.forEach((rows, depth) => putChildren(depth === 0 ? country : levels[depth - 1], rows));
const names = levels.map((rows) => rows.map(({ name }) => `${name}\n`).join("")).join("");

const payload = Buffer.concat([Buffer.from(bytes), Buffer.from(names, "utf8")]);
const options = { level: 9, memLevel: 9 };
const file = Buffer.concat([Buffer.from("PYRG"), Buffer.from([VERSION]), deflateSync(payload, options)]);
writeFileSync(target, file);
console.log(`${file.length} bytes (${payload.length} inflated), ${levels.map((rows) => rows.length).join(" / ")}`);
