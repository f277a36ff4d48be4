import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("it works where there is nothing but the web's own globals, with six requests at once", async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [fileURLToPath(new URL("edge.ts", import.meta.url))],
    ...{
      bundle: true,
      format: "iife",
      globalName: "worker",
      platform: "neutral",
      target: "es2022",
      write: false,
    },
    conditions: ["@floodgate/source"],
  });
  expect(warnings).toEqual([]);
  const code = outputFiles[0]?.text ?? "";
  expect(code).not.toMatch(/\brequire\(|\bfrom\s*["']node:/u);

  let running = 0;
  let peak = 0;
  const fetch = async (url: string) => {
    peak = Math.max(peak, ++running);
    await new Promise(setImmediate);
    running--;
    return url.endsWith("7") ? Response.error() : Response.json({ url });
  };
  const edge = {
    AbortController,
    AbortSignal,
    DOMException,
    Request,
    Response,
    performance,
    setTimeout,
    clearTimeout,
  };
  const worker = runInNewContext(`${code}; worker.default`, { ...edge, fetch }) as {
    fetch(request: Request): Promise<Response>;
  };
  const urls = Array.from({ length: 20 }, (_, n) => `https://service.example/${n}`);
  const response = await worker.fetch(
    new Request("https://edge.example", { method: "POST", body: JSON.stringify(urls) }),
  );
  expect(await response.json()).toEqual(urls.map((url) => (url.endsWith("7") ? null : { url })));
  expect(peak).toBe(6);
});
