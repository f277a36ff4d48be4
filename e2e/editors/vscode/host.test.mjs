/** The packed extension from the inside of the extension host: times and limits that no screen shows. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { root, vsix } from "../lib/paths.mjs";
import { openHost, packTestExtension, report } from "../lib/suite.mjs";
import { launchBrowser } from "../lib/workbench.mjs";
import { installRuntime, manifest, source, tsconfig } from "../lib/workspace.mjs";

/** A multi-root workspace: settings of one folder, a tsconfig that is none, wrong settings, TypeScript 7. */
const folders = ["three", "broken", "wrong", "seven"].map((name) => `projects/${name}`);
const projects = {
  "projects.code-workspace": JSON.stringify({ folders: folders.map((path) => ({ path })) }),
  "projects/three/src/app.ts": source,
  "projects/three/.vscode/settings.json": JSON.stringify({ "floodgate.defaultLimit": 3 }),
  "projects/broken/src/app.ts": source,
  "projects/broken/tsconfig.json": '{ "compilerOptions": { "strict": tru',
  "projects/wrong/src/app.ts": source,
  "projects/wrong/.vscode/settings.json": JSON.stringify({ "floodgate.defaultLimit": "many" }),
  "projects/seven/package.json": manifest,
  "projects/seven/tsconfig.json": tsconfig,
  "projects/seven/src/read.ts": "export declare function read(name: string): Promise<string>;\n",
  "virtual.code-workspace": JSON.stringify({ folders: [{ uri: "memory:/project", name: "project" }] }),
  "projects/seven/src/typed.ts": `import { read } from "./read.js";

export async function readAll(names: string[]) {
  return Promise.all(names.map(read));
}
`,
};

let codeServer;
let browser;

before(async () => {
  codeServer = await startCodeServer({
    extensions: [vsix, packTestExtension("driver"), packTestExtension("memory")],
    files: {
      "src/app.ts": source,
      "src/app.vue": `<template>\n  <p>{{ load }}</p>\n</template>\n\n<script lang="ts">\n${source}</script>\n`,
      "src/saved.ts": source,
      "src/closed.ts": source,
      "package.json": manifest,
      "tsconfig.json": tsconfig,
      ...projects,
    },
  });
  installRuntime(codeServer.workspace);
  const server = createRequire(path.join(root, "packages/language-server/package.json"));
  for (const [project, typescript] of [
    ["seven", "typescript-7"],
    ["broken", "typescript"],
  ]) {
    const modules = path.join(codeServer.workspace, "projects", project, "node_modules");
    fs.mkdirSync(modules);
    fs.symlinkSync(
      path.dirname(server.resolve(`${typescript}/package.json`)),
      path.join(modules, "typescript"),
    );
  }
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await codeServer?.stop();
});

test("the package is at most 400 kB", (t) => {
  const { size } = fs.statSync(vsix);
  t.diagnostic(`${size} bytes`);
  assert.ok(size <= 400_000, `${size} bytes`);
});

/** Activation comes first: it has to be the first thing that happens to the extension. */
const activationsMs = [];
for (const [where, suites] of [
  [{}, ["behaviour", "saving", "idle"]],
  [{ workspaceFile: "projects.code-workspace", folders }, ["projects"]],
  [{ workspaceFile: "virtual.code-workspace", folders: ["memory:/project"] }, ["virtual"]],
]) {
  test(suites.join(", "), async (t) => {
    const host = await openHost({ browser, codeServer, ...where });
    const activation = await host.run("activation");
    await report(t, activation);
    activationsMs.push(activation[0].info?.activationMs);
    for (const suite of suites) await report(t, await host.run(suite));
    await host.close();
  });
}

test("activation takes at most 30 ms", () => {
  // Other work on the machine only ever adds time.
  const least = Math.min(...activationsMs);
  assert.ok(least <= 30, `${activationsMs.join(", ")} ms`);
});
