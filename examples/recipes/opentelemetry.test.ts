import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { Semaphore } from "@floodgate/runtime";
import { expect, test, vi } from "vitest";
import { serveMetrics } from "./opentelemetry.ts";

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test("Prometheus finds every metric, with every label, that the dashboard draws", async () => {
  const port = await freePort();
  const { close } = await serveMetrics({ host: "127.0.0.1", port });
  const database = new Semaphore(1, { name: "database", maxWaiting: 1, stallAfterMs: 5 });
  const warned = new Promise<void>((resolve) => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => resolve());
  });
  const permit = await database.acquire();
  const waits = database.run(() => Promise.reject(Object.assign(new Error("slow down"), { status: 429 })));
  await expect(database.acquire()).rejects.toMatchObject({ name: "QueueFullError" });
  await warned; // That it has stalled.
  permit.release();
  await expect(waits).rejects.toThrow("slow down");
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await close();

  const found = new Map<string, Set<string>>();
  for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)\{(.*)\} /gmu)) {
    found.set(name, new Set([...labels.matchAll(/(\w+)="/gu)].map(([, label = ""]) => label)));
  }
  const { panels } = JSON.parse(readFileSync(new URL("grafana-dashboard.json", import.meta.url), "utf8")) as {
    panels: { targets: { expr: string }[] }[];
  };
  const drawn = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(drawn.length).toBeGreaterThan(8);
  for (const expr of drawn) {
    // Collectors put the unit into the name, the exporter does not: the dashboard reads both.
    const [metric = ""] = /floodgate_limiter_\w+(?=[{"])/u.exec(expr.replace("(_seconds)?", "")) ?? [];
    const labels = /by \(([^)]*)\)/u.exec(expr)?.[1]?.split(", ") ?? [];
    expect([...(found.get(metric) ?? [])], `${metric} in ${expr}`).toEqual(expect.arrayContaining(labels));
  }
  expect(text).toMatch(/floodgate_limiter_task_time_count\{[^}]*floodgate_outcome="overload"[^}]*\} 1$/mu);
});
