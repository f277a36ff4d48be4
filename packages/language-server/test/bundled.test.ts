/** The server as it is bundled, over stdio, in a project with its own TypeScript: both tiers, with nothing native. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import { startClient, type TestClient } from "./client.ts";

const require = createRequire(import.meta.url);
const here = import.meta.dirname;
let scratch: string;

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-bundled-")));
  await build({
    entryPoints: [join(here, "../src/main-bundled.ts")],
    outfile: join(scratch, "server.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["@floodgate/source"],
    logLevel: "error",
  });
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** A copy of the fixture project with one more file, in which `typescript` is the given one. */
function projectWith(typescript: "typescript" | "typescript-7" | "typescript-7.1" | undefined): string {
  const folder = join(scratch, typescript ?? "none");
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  cpSync(join(here, "fixtures/types"), folder, { recursive: true });
  writeFileSync(join(folder, "src/main.ts"), main);
  if (typescript !== undefined) {
    const target = dirname(require.resolve(`${typescript}/package.json`));
    symlinkSync(target, join(folder, "node_modules/typescript"), "junction");
  }
  return folder;
}

/** Only its type says that `squares` starts nothing: without types this is likely, and reported. */
const main = `import { names, square } from "./squares.js";
export const all = () => Promise.all(names.map((name) => square(name)));
`;

const squares = "export declare const names: string[];\nexport declare function square(name: string): ";

interface Running {
  readonly client: TestClient;
  readonly server: ChildProcess;
  readonly stop: () => Promise<void>;
}

async function start(folder: string): Promise<Running> {
  const server = spawn(process.execPath, [join(scratch, "server.cjs"), "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const client = await startClient({
    folders: [pathToFileURL(folder).href],
    initializationOptions: { status: true },
    transport: {
      reader: new StreamMessageReader(server.stdout),
      writer: new StreamMessageWriter(server.stdin),
    },
  });
  return {
    client,
    server,
    async stop() {
      const exited = new Promise((resolve) => server.once("exit", resolve));
      await client.dispose();
      await exited;
    },
  };
}

describe.each([
  ["typescript", "TypeScript 6."],
  ["typescript-7", "TypeScript 7.0."],
  ["typescript-7.1", "TypeScript 7.1."],
] as const)("with the project's %s", (name, source) => {
  test("types withdraw what they disprove, and bring it back when it is true again", async () => {
    const folder = projectWith(name);
    const file = join(folder, "src/main.ts");
    const uri = pathToFileURL(file).href;
    writeFileSync(join(folder, "src/squares.ts"), `${squares}number;\n`);
    const { client, server, stop } = await start(folder);
    await client.open(uri, main);
    expect(await client.pull(uri)).toEqual([]);
    await client.until(() => client.statuses.some(({ types }) => types.startsWith(source)));
    expect(await client.pull(uri)).toEqual([]);

    writeFileSync(join(folder, "src/squares.ts"), `${squares}Promise<number>;\n`);
    const changes = [{ uri: pathToFileURL(join(folder, "src/squares.ts")).href, type: 2 }];
    const before = client.refreshes;
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
    await client.until(() => client.refreshes > before);
    expect((await client.pull(uri)).map(({ code }) => code)).toEqual(["floodgate/no-unbounded-promise-all"]);
    await stop();
    expect(server.exitCode).toBe(0);
  });
});

test("a project without TypeScript hears why there are no types, and gets at once what syntax can tell", async () => {
  const folder = projectWith(undefined);
  const uri = pathToFileURL(join(folder, "src/main.ts")).href;
  const { client, stop } = await start(folder);
  await client.open(uri, main);
  expect(await client.pull(uri)).toHaveLength(1);
  await client.until(() => client.statuses.length > 0);
  expect(client.statuses[0]).toMatchObject({ tier: 2, types: "types off: no TypeScript for this file" });
  await stop();
});

test("the bundle holds nothing native", () => {
  expect(readFileSync(join(scratch, "server.cjs"), "utf8")).not.toMatch(/\.node["']|oxc-parser/);
});
