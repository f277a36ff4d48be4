import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashTree } from "./file-tree.ts";

let folder = "";
const texts = Array.from({ length: 300 }, (_, n) => [`${n % 7}/${n % 3}/${n}.txt`, "x".repeat(n)] as const);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "floodgate-tree-"));
  for (const [path, text] of texts) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every file is read, once", async () => {
  const hashes = await hashTree(folder, 8);
  const expected = texts.map(([path, text]) => [
    join(folder, path),
    createHash("sha256").update(text).digest("hex"),
  ]);
  expect([...hashes].sort()).toEqual(expected.sort());
});

test("a folder that is not there is an error", async () => {
  await expect(hashTree(join(folder, "nowhere"))).rejects.toMatchObject({ code: "ENOENT" });
});
