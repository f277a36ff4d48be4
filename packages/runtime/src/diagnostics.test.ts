import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Semaphore } from "./index.ts";

const channels = ["acquire", "wait", "release", "reject", "stall", "limit"];
let events: [string, Record<string, unknown>][] = [];
const onMessage = (message: unknown, name: string | symbol): void => {
  events.push([String(name).replace("floodgate:", ""), message as Record<string, unknown>]);
};

beforeEach(() => {
  vi.useFakeTimers();
  events = [];
  for (const name of channels) subscribe(`floodgate:${name}`, onMessage);
});
afterEach(() => {
  for (const name of channels) unsubscribe(`floodgate:${name}`, onMessage);
  vi.useRealTimers();
});

test("a semaphore tells of waits, permits, and how each task ended and how long it took", async () => {
  const db = new Semaphore(1, { name: "db" });
  const permit = await db.acquire();
  const next = db.run(() => ({ status: 429 }));
  vi.advanceTimersByTime(20);
  permit.release("failure");
  await next;
  const who = { limiter: db, name: "db", weight: 1 };
  expect(events).toEqual([
    ["acquire", { ...who, waitedMs: 0 }],
    ["wait", { ...who, waiting: 1 }],
    ["release", { ...who, outcome: "failure", heldMs: 20 }],
    ["acquire", { ...who, waitedMs: 20 }],
    ["release", { ...who, outcome: "overload", heldMs: 0 }],
  ]);
});

test("it tells who is turned away, and of a change of its permits", async () => {
  const db = new Semaphore(1, { maxWaiting: 0 });
  const permit = await db.acquire();
  await expect(db.acquire()).rejects.toThrow();
  db.permits = 3;
  permit.release();
  expect(events.map(([name]) => name)).toEqual(["acquire", "reject", "limit", "release"]);
  expect(events[1]?.[1]).toMatchObject({ weight: 1, error: { name: "QueueFullError" } });
  expect(events[2]?.[1]).toMatchObject({ capacity: 3, previous: 1 });
});

test("it tells how heavy who is turned away was, and how a permit came back that nobody released", async () => {
  const db = new Semaphore(4);
  const permits = [await db.acquire({ weight: 3 }), await db.acquire()];
  const waiter = db.acquire({ weight: 2 });
  db.close();
  await expect(waiter).rejects.toThrow();
  permits[0]?.release();
  permits[1]?.[Symbol.dispose]();
  expect(events.find(([name]) => name === "reject")?.[1]).toMatchObject({ weight: 2 });
  const outcomes = events.flatMap(([name, event]) => (name === "release" ? [event["outcome"]] : []));
  expect(outcomes).toEqual(["success", "ignore"]);
});

test("it tells of a stall", () => {
  vi.spyOn(process, "emitWarning").mockReturnValue();
  const db = new Semaphore(1, { stallAfterMs: 50 });
  void db.run(() => db.run(() => "never"));
  vi.advanceTimersByTime(50);
  const stall = events.find(([name]) => name === "stall");
  expect(stall?.[1]).toMatchObject({ limiter: db, waiting: 1 });
  vi.restoreAllMocks();
});

test("inspect is a plain object for logs", async () => {
  const db = new Semaphore(2, { name: "db" });
  const permit = await db.acquire();
  expect(db.inspect()).toEqual({
    kind: "Semaphore",
    name: "db",
    permits: 2,
    active: 1,
    waiting: 0,
    closed: false,
  });
  permit.release();
});
