import { expect, test } from "vitest";
import { apiClient } from "./retry-after.ts";
import { testServer } from "./test-server.ts";

test("everybody waits when one is told to, and nothing is lost", async () => {
  let refusedAt = 0;
  let firstAfter = 0;
  await using server = await testServer((request, response) => {
    if (request.url === "/3" && refusedAt === 0) {
      refusedAt = performance.now();
      response.writeHead(429, { "retry-after": "0.3" }).end();
      return;
    }
    if (refusedAt > 0) firstAfter ||= performance.now();
    setTimeout(() => response.end(`answer ${request.url}`), 5);
  });
  const client = apiClient({ url: server.url, perSecond: 1000, atOnce: 1 });
  const paths = Array.from({ length: 8 }, (_, n) => `/${n}`);
  expect(await client.getAll(paths)).toEqual(paths.map((path) => `answer ${path}`));
  expect(firstAfter - refusedAt).toBeGreaterThanOrEqual(299);
  await client.close();
});

test("never more than so many at once; another status is an error", async () => {
  await using server = await testServer((request, response) => {
    setTimeout(() => response.writeHead(request.url === "/gone" ? 404 : 200).end(), 5);
  });
  const client = apiClient({ url: server.url, perSecond: 1000, atOnce: 3 });
  await client.getAll(Array.from({ length: 30 }, (_, n) => `/${n}`));
  expect([...server.peaks.values()]).toEqual([3]);
  await expect(client.getAll(["/gone"])).rejects.toThrow("/gone: 404");
  await client.close();
});
