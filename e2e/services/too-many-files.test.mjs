// EMFILE: what a process may open at once is limited, often to 1024. Here to 100, so that 500 files are too many.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "floodgate-files-"));
for (let n = 0; n < 500; n++) writeFileSync(join(folder, `${n}.txt`), "x".repeat(1000));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that may have 100 files open; it prints what `read(names)` resolves to, or the code of its error. */
function withFewFiles(read) {
  const program = `
    import { readdir, readFile } from "node:fs/promises";
    import { join } from "node:path";
    import { forEachLimit, mapLimit } from "@floodgate/runtime";
    const folder = ${JSON.stringify(folder)};
    const names = (await readdir(folder)).map((name) => join(folder, name));
    const sizeOf = async (name) => (await readFile(name)).length;
    const read = ${read};
    console.log(await read(names).then((sizes) => sizes.length, (error) => error.code));`;
  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", 'ulimit -n 100 && exec "$0" --input-type=module -e "$1"', process.execPath, program],
    { cwd: root, encoding: "utf8" },
  );
  assert.equal(stderr, "");
  return stdout.trim();
}

test("`Promise.all` over 500 files fails with EMFILE", () => {
  assert.equal(withFewFiles("(names) => Promise.all(names.map(sizeOf))"), "EMFILE");
});

test("`mapLimit` with 20 at once reads all of them", () => {
  assert.equal(withFewFiles("(names) => mapLimit(names, 20, sizeOf)"), "500");
});

test("so does `forEachLimit`, which keeps nothing", () => {
  const read =
    "async (names) => { const sizes = []; await forEachLimit(names, 20, async (name) => void sizes.push(await sizeOf(name))); return sizes; }";
  assert.equal(withFewFiles(read), "500");
});
