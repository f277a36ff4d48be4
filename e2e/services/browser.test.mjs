// The runtime in a real browser: bundled for a page and for a worker, and unbundled as the modules that are published.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "./install-chromium.mjs";

const dist = fileURLToPath(new URL("../../packages/runtime/dist/", import.meta.url));

/** What is tried in the browser: gives an object that travels as JSON. `runtime` is the module. */
const program = `async (runtime) => {
  const { mapLimit, forEachLimit, streamLimit, createLimit, limited, Semaphore, Queue, Batcher, retry, timeout } = runtime;
  const seen = {};
  let running = 0, peak = 0;
  const response = async (url) => {
    peak = Math.max(peak, ++running);
    try { return await (await fetch(url)).text(); } finally { running--; }
  };
  seen.fetched = (await mapLimit(Array.from({ length: 100 }, (_, n) => "/echo/" + n), 4, response)).join();
  seen.peak = peak;
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  seen.aborted = await mapLimit([1], 1, (_, __, { signal }) => fetch("/never", { signal }), { signal: controller.signal })
    .then(() => "no", (error) => error.name);
  seen.late = await timeout((url, { signal }) => fetch(url, { signal }), 50)("/never").then(() => "no", (error) => error.name);
  seen.retried = await (await retry(fetch.bind(globalThis), { backoff: { baseMs: 1 } })("/flaky")).text();
  seen.stream = [];
  for await (const n of streamLimit([1, 2, 3], 2, async (n) => n * 2)) seen.stream.push(n);
  const queue = new Queue({ capacity: 1 });
  seen.queue = [];
  const workers = forEachLimit(queue, 2, async (n) => void seen.queue.push(n));
  for (const n of [1, 2, 3]) await queue.put(n);
  queue.close();
  await workers;
  seen.batches = await new Batcher((keys) => [keys.length, keys.length], { maxSize: 5 }).loadMany(["a", "b"]);
  seen.others = await Promise.all([new Semaphore(1).run(() => "semaphore"), createLimit(1)(async () => "limit"), limited(1, async () => "limited")()]);
  return seen;
}`;

const expected = {
  fetched: Array.from({ length: 100 }, (_, n) => String(n)).join(),
  peak: 4,
  aborted: "AbortError",
  late: "TimeoutError",
  retried: "at last",
  stream: [2, 4, 6],
  queue: [1, 2, 3],
  batches: [2, 2],
  others: ["semaphore", "limit", "limited"],
};

const report = `.then((seen) => JSON.stringify(seen), (error) => JSON.stringify(String(error?.stack ?? error)))
  .then((body) => fetch("/result" + location.search, { method: "POST", body }));`;
const page = (script) => `<!doctype html><meta charset="utf-8"><title>floodgate</title>${script}`;
const inPage = (load) =>
  page(`<script type="module">(async () => (${program})(${load}))()${report}</script>`);

let bundle;
const results = new Map();
const flaky = new Map();
const profile = mkdtempSync(join(tmpdir(), "floodgate-chromium-"));

/** Answers of the server, by the start of the path. */
const answers = {
  "/bundled": () => ["text/html", inPage(`await import("/bundle.js")`)],
  "/unbundled": () => [
    "text/html",
    page(`<script type="importmap">{ "imports": { "@floodgate/runtime": "/dist/index.js" } }</script>`) +
      inPage(`await import("@floodgate/runtime")`),
  ],
  "/worker.js": () => [
    "text/javascript",
    `(async () => (${program})(await import("/bundle.js")))()${report}`,
  ],
  "/worker": () => [
    "text/html",
    page(`<script>new Worker("/worker.js" + location.search, { type: "module" })</script>`),
  ],
  "/bundle.js": () => ["text/javascript", bundle],
  "/dist/": (path) => [
    "text/javascript",
    readFileSync(join(dist, normalize(path.slice("/dist/".length))), "utf8"),
  ],
  "/echo/": (path) => ["text/plain", path.slice("/echo/".length)],
};

const server = createServer((request, response) => {
  const { pathname, search } = new URL(request.url, "http://localhost");
  if (pathname === "/never") return;
  if (pathname === "/result") {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      response.end();
      results.get(search)?.(JSON.parse(body));
    });
    return;
  }
  if (pathname === "/flaky") {
    const from = request.headers.referer;
    const first = !flaky.has(from);
    flaky.set(from, true);
    response.writeHead(first ? 503 : 200).end(first ? "not yet" : "at last");
    return;
  }
  const known = Object.keys(answers).find((start) => pathname.startsWith(start));
  if (known === undefined) {
    response.writeHead(404).end();
    return;
  }
  const [type, text] = answers[known](pathname);
  response.writeHead(200, { "content-type": type }).end(text);
});

before(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(dist, "index.js")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
  });
  bundle = outputFiles[0].text;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
});

after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

for (const [path, name] of [
  ["/bundled", "a bundle for browsers works in Chromium"],
  ["/unbundled", "the published modules work in Chromium as they are"],
  ["/worker", "a bundle works in a Web Worker"],
]) {
  test(name, { timeout: 120_000 }, async () => {
    assert.deepEqual(await resultOf(path), expected);
  });
}

/** Opens a page in a browser of its own, and waits for what it reports. */
async function resultOf(path) {
  const search = `?${path.slice(1)}`;
  const told = new Promise((resolve) => results.set(search, resolve));
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
  ];
  const browser = spawn(
    chromium(),
    [
      ...flags,
      `--user-data-dir=${join(profile, path.slice(1))}`,
      `http://127.0.0.1:${server.address().port}${path}${search}`,
    ],
    { stdio: "ignore" },
  );
  const gone = new Promise((resolve) => browser.once("exit", resolve));
  const early = gone.then((code) => {
    throw new Error(`Chromium ended with ${code} before the page said anything.`);
  });
  try {
    return await Promise.race([told, early]);
  } finally {
    early.catch(() => undefined);
    browser.kill();
    await gone;
  }
}
