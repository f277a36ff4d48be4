// What the program runs in: real files, and a real HTTP server that accepts 50 connections and refuses more,
// as a small service, a database or a sandboxed API does.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const userCount = 2000;
const connectionLimit = 50;
/** How long the service thinks about one profile. */
const thinkingMs = 5;

/**
 * Opens a fresh world: no connection and no file is left over from an earlier run.
 *
 * @returns The arguments that `main.js` wants, and `close`, which takes everything away again.
 */
export async function openWorld() {
  const directory = await mkdtemp(join(tmpdir(), "fetch-every-user-"));
  const usersDirectory = join(directory, "users");
  const profilesDirectory = join(directory, "profiles");
  await mkdir(usersDirectory);
  await mkdir(profilesDirectory);
  for (let id = 1; id <= userCount; id++) {
    await writeFile(join(usersDirectory, `${id}.json`), JSON.stringify({ id, name: `User ${id}` }));
  }
  const server = createServer(answer);
  server.maxConnections = connectionLimit;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    args: [usersDirectory, `http://127.0.0.1:${server.address().port}`, profilesDirectory],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function answer(request, response) {
  const id = Number(request.url.split("/").at(-1));
  setTimeout(() => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id, plan: id % 7 === 0 ? "team" : "free", bio: "x".repeat(4000) }));
  }, thinkingMs);
}
