/** What the rules are compared on: the shapes that real floods have, and code that is fine. */
const given = `import { readFile } from "node:fs/promises";
declare const ids: string[];
declare function load(id: string): Promise<string>;
`;

export const floods = {
  "`Promise.all(ids.map(…))`": `export const all = () => Promise.all(ids.map(async (id) => load(id)));`,
  "`Promise.allSettled` over files": `export const all = (files: string[]) => Promise.allSettled(files.map((file) => readFile(file)));`,
  "promises pushed in a loop, awaited later": `export async function all() {
  const running: Promise<string>[] = [];
  for (const id of ids) running.push(load(id));
  return await Promise.all(running);
}`,
  "`forEach` with an async callback": `export function all() {
  ids.forEach(async (id) => {
    await load(id);
  });
}`,
  "a promise per round that nobody awaits": `export function all() {
  for (const id of ids) void load(id);
}`,
  "p-map without its option": `import pMap from "p-map";
export const all = () => pMap(ids, (id) => load(id));`,
  "a limiter that is handed running promises": `import pMap from "p-map";
export const all = () => pMap(ids.map((id) => load(id)), (text) => text.length, { concurrency: 2 });`,
  "a limiter made anew for each task": `import pLimit from "p-limit";
export const all = () => Promise.all(ids.map((id) => pLimit(10)(() => load(id))));`,
  "a limiter that waits for itself": `import pLimit from "p-limit";
const limit = pLimit(2);
export const all = (id: string) => limit(async () => await limit(() => load(id)));`,
};

export const fine = {
  "`Promise.all([a(), b()])`": `export const both = () => Promise.all([load("a"), load("b")]);`,
  "a slice of ten": `export const some = () => Promise.all(ids.slice(0, 10).map((id) => load(id)));`,
  "a constant list": `const names = ["a", "b", "c"] as const;
export const all = () => Promise.all(names.map((name) => load(name)));`,
  "a function that is called with a constant list": `const loadThese = (names: readonly string[]) => Promise.all(names.map((name) => load(name)));
export const all = () => loadThese(["a", "b", "c"]);`,
  "p-limit": `import pLimit from "p-limit";
const limit = pLimit(10);
export const all = () => Promise.all(ids.map((id) => limit(() => load(id))));`,
  "p-map with its option": `import pMap from "p-map";
export const all = () => pMap(ids, (id) => load(id), { concurrency: 10 });`,
  "a pool written by hand": `export async function all() {
  const rest = [...ids];
  const worker = async () => {
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) await load(id);
  };
  await Promise.all(Array.from({ length: 10 }, worker));
}`,
  "a DataLoader": `import DataLoader from "dataloader";
const users = new DataLoader(async (keys: readonly string[]) => keys.map((key) => key.length));
export const all = () => Promise.all(ids.map((id) => users.load(id)));`,
  "a callback that starts nothing": `export const all = () => Promise.all(ids.map((id) => id.length));`,
  "`mapLimit`": `import { mapLimit } from "@floodgate/runtime";
export const all = () => mapLimit(ids, 10, (id) => load(id));`,
  "one after the other, each needing the one before": `export async function last() {
  let text = "";
  for (const id of ids) text = await load(id + text);
  return text;
}`,
};

/** A snippet as a file. */
export const fileOf = (code) => `${given}${code}\n`;
