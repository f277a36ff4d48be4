import { expect, test } from "vitest";
import { crawl } from "./crawler.ts";
import { testServer } from "./test-server.ts";

test("a site on three hosts is found, with two requests to each at once", async () => {
  await using server = await testServer((request, response) => {
    const [, page = ""] = /^\/(\d+)$/u.exec(request.url ?? "") ?? [];
    if (page === "13") return response.destroy();
    const next = [1, 2, 3].map((n) => Number(page) * 3 + n).filter((n) => n < 120);
    setTimeout(() => response.end(next.join(" ")), 2);
    return undefined;
  });
  const { port } = new URL(server.url);
  // Three names of one machine.
  const hosts = ["127.0.0.1", "127.0.0.2", "localhost"].map((host) => `http://${host}:${port}`);
  const pages = await crawl([`${hosts[0] ?? ""}/0`], {
    perHost: 2,
    async linksOf(url, signal) {
      // Loopback is one: the name goes into the header.
      const response = await fetch(new URL(url.pathname, server.url), { signal });
      const numbers = (await response.text()).split(" ").filter(Boolean);
      return numbers.map((n) => `${hosts[Number(n) % 3] ?? ""}/${n}`);
    },
  });
  const below13 = 3 + 9 + 27; // Those that only the broken page leads to.
  expect(pages.size).toBeGreaterThan(120 - below13 - 1);
  expect(
    [...pages].filter(([, links]) => links === undefined).map(([link]) => new URL(link).pathname),
  ).toEqual(["/13"]);
});

test("never more than so many per host and in all, and no more pages than asked for", async () => {
  const running = new Map<string, number>();
  const peaks = new Map<string, number>();
  const count = (key: string, by: number): void => {
    const now = (running.get(key) ?? 0) + by;
    running.set(key, now);
    peaks.set(key, Math.max(now, peaks.get(key) ?? 0));
  };
  const pages = await crawl(["http://a/0"], {
    atOnce: 2,
    perHost: 1,
    maxPages: 100,
    async linksOf({ host, pathname }) {
      for (const key of [host, "all"]) count(key, 1);
      await new Promise(setImmediate);
      for (const key of [host, "all"]) count(key, -1);
      const n = Number(pathname.slice(1));
      return [1, 2, 3].map((i) => `http://${"abc"[i % 3] ?? ""}/${n * 3 + i}`);
    },
  });
  expect(pages.size).toBe(100);
  expect(Object.fromEntries(peaks)).toEqual({ a: 1, b: 1, c: 1, all: 2 });
});
