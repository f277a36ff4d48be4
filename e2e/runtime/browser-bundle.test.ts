/** The packed runtime in a bundle for browsers: nothing of Node is asked for, and nothing of Node is there. */
import { build } from "esbuild";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";

const project = scratchProject({
  "package.json": JSON.stringify({ name: "outside", version: "1.0.0", private: true, type: "module" }),
  "entry.js": `export * from "@floodgate/runtime";\n`,
});
beforeAll(() => {
  project.install(inject("tarballs").runtime);
});
afterAll(() => {
  project.remove();
});

async function bundle(): Promise<{ code: string; warnings: readonly unknown[]; inputs: readonly string[] }> {
  const { outputFiles, warnings, metafile } = await build({
    entryPoints: [`${project.directory}/entry.js`],
    absWorkingDir: project.directory,
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "iife",
    globalName: "floodgate",
    target: "es2022",
    logLevel: "silent",
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  return {
    code: outputFiles[0]?.text ?? "",
    warnings,
    inputs: [...Object.keys(metafile.inputs), ...imports],
  };
}

test("esbuild bundles it for browsers without a word, and finds no module of Node in it", async () => {
  const { warnings, inputs, code } = await bundle();
  expect(warnings).toEqual([]);
  expect(inputs.filter((path) => /^node:|^(?:async_hooks|events|util|timers|process)$/u.test(path))).toEqual(
    [],
  );
  expect(code).not.toMatch(/\brequire\(|\bfrom\s*["']node:|import\(/u);
});

test("it works where there is neither process nor setImmediate nor Buffer", async () => {
  const { code } = await bundle();
  const seen: unknown[] = [];
  const program = `${code}
    (async () => {
      const { mapLimit, Semaphore, Queue, Batcher, createLimit, forEachLimit, retry, timeout } = floodgate;
      said(await mapLimit([1, 2, 3], 2, async (n) => n * 2));
      said(await new Semaphore(1).run(() => "one"));
      said(await createLimit(1)(async () => "limit"));
      const queue = new Queue({ capacity: 1 });
      const out = [];
      const workers = forEachLimit(queue, 2, async (n) => void out.push(n));
      for (const n of [1, 2]) await queue.put(n);
      queue.close();
      await workers;
      said(out);
      said(await new Batcher((keys) => keys, { maxSize: 5 }).loadMany([1, 2]));
      said(await retry(timeout(async () => "in time", 1000))());
    })().then(done, done);`;
  const error = await new Promise((done) => {
    const said = (value: unknown): number => seen.push(JSON.parse(JSON.stringify(value)));
    // What a page has of what the runtime uses.
    const page = {
      AbortController,
      AbortSignal,
      DOMException,
      performance,
      setTimeout,
      clearTimeout,
      said,
      done,
    };
    runInNewContext(program, page);
  });
  expect(error).toBeUndefined();
  expect(seen).toEqual([[2, 4, 6], "one", "limit", [1, 2], [1, 2], "in time"]);
});
