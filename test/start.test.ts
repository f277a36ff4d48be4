/** `npm start`, as a user runs it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./imports.ts";

function start(...args: string[]) {
  const environment = { ...process.env, INIT_CWD: root };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "tools", "start.mjs"), ...args],
    {
      cwd: root,
      encoding: "utf8",
      env: environment,
    },
  );
  return { status, stdout, stderr };
}

describe("npm start", () => {
  const { status, stdout, stderr } = start();

  test("shows each finding of the example with its code, and carets under the combinator", () => {
    expect(stdout).toMatch(
      /examples\/fetch-every-user\/before\/main\.js:24:23 +floodgate\/no-unbounded-promise-all/u,
    );
    const lines = stdout.split("\n");
    const code = lines.findIndex((line) => line.includes("24 | const answers = await Promise.allSettled("));
    expect(lines[code + 1]?.indexOf("^")).toBe(lines[code]?.indexOf("Promise.allSettled"));
    expect(lines[code + 1]?.trim().replace("| ", "").trim()).toBe("^".repeat("Promise.allSettled".length));
  });

  test("runs the program before and after the fix: thousands at once and errors, then ten and none", () => {
    const row = (name: string) =>
      new RegExp(`^ +${name} +([\\d,]+) +([\\d,]+)$`, "mu").exec(stdout)?.slice(1);
    expect(row("requests in flight, peak")).toEqual(["2,000", "10"]);
    expect(row("files open, peak")).toEqual(["2,000", "10"]);
    const [before, after] = row("errors") ?? [];
    expect(Number(before?.replace(",", ""))).toBeGreaterThan(1000);
    expect(after).toBe("0");
    expect(stdout).toContain("2000 profiles written, 0 failed.");
  });

  test("ends well, complains about nothing, and writes no colours into a pipe", () => {
    expect(status).toBe(0);
    expect(stderr).toMatch(/^(?:Building .* \.\.\.\n)?$/u);
    expect(stdout).not.toContain("\u001B");
  });
});

describe("npm start -- <path>", () => {
  let folder = "";
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "floodgate-start-"));
    write(
      "src/load.ts",
      "export const load = (ids: string[]) => Promise.all(ids.map(async (id) => fetch(id)));\n",
    );
    write("src/view.tsx", "export const view = <p>{String(1)}</p>;\n");
    write("src/broken.js", "export const load = (ids => {\n");
    write("node_modules/other/index.js", "Promise.all(ids.map(async (id) => fetch(id)));\n");
    write("eslint.config.js", 'throw new Error("this configuration was executed");\n');
    write("fine/fine.js", "export const one = 1;\n");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("finds what is unbounded, names what does not parse, and runs nothing of the project", () => {
    const { status, stdout, stderr } = start(folder);
    expect(stdout).toMatch(/src[/\\]load\.ts:1:40 +floodgate\/no-unbounded-promise-all/u);
    expect(stdout).toMatch(/skipped +src[/\\]broken\.js:\d+:\d+: Parsing error/u);
    expect(stdout).toMatch(/1 finding in 1 file: 4 files checked in [\d.]+ s, 1 file skipped\.\n$/u);
    expect(stdout).not.toContain("node_modules");
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });

  test("takes a single file", () => {
    const { status, stdout } = start(join(folder, "src", "load.ts"));
    expect(stdout).toMatch(/^load\.ts:1:40 /u);
    expect(status).toBe(1);
  });

  test("ends with 0 where there is nothing to find", () => {
    const { status, stdout } = start(join(folder, "fine"));
    expect(stdout).toMatch(/^Nothing unbounded was found: 1 file checked/u);
    expect(status).toBe(0);
  });

  test("says so when a path does not exist, or holds no code, or an option is unknown", () => {
    expect(start(join(folder, "nowhere"))).toMatchObject({ status: 2, stdout: "" });
    expect(start(join(folder, "nowhere")).stderr).toContain("nowhere does not exist.");
    writeFileSync(join(folder, "readme.txt"), "");
    expect(start(join(folder, "readme.txt")).stderr).toContain("There is no JavaScript or TypeScript file");
    expect(start("--colour").stderr).toContain("There is no option --colour.");
    expect(start("--help")).toMatchObject({ status: 0, stderr: "" });
  });
});
