import { expect, test } from "vitest";
import { deferred, type Deferred } from "./deferred.ts";
import { limitCalls, type CallQueue } from "./limit-calls.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("somebody may wait though nobody is told, as in a vendored copy", async () => {
  const one = limitCalls(1, (n: number) => Promise.resolve(n));
  expect(await Promise.all([1, 2, 3].map((n) => one(n)))).toEqual([1, 2, 3]);
});

test("whoever looks is told of the first who waits, and sees how many wait, and every move", async () => {
  const ends: Deferred<void>[] = [];
  const queues: CallQueue[] = [];
  const one = limitCalls(
    1,
    () => {
      const end = deferred();
      ends.push(end);
      return end.promise;
    },
    (queue) => queues.push(queue),
  );
  const calls = [one(), one(), one()];
  expect(queues).toHaveLength(1);
  const [queue] = queues as [CallQueue];
  const seen = [queue.moves()];
  expect(queue.waiting()).toBe(2);
  for (const left of [1, 0, 0]) {
    ends.shift()?.resolve();
    await settle();
    expect(queue.waiting()).toBe(left);
    seen.push(queue.moves());
  }
  expect(new Set(seen).size).toBe(4);
  await Promise.all(calls);
});

test("when nobody waits any more, a call that finds room starts synchronously again", async () => {
  let started = 0;
  const two = limitCalls(2, () => Promise.resolve(++started));
  for (let round = 0; round < 3; round++) {
    await Promise.all([two(), two(), two(), two(), two()]);
    const before = started;
    const calls = [two(), two(), two()];
    expect(started).toBe(before + 2);
    await Promise.all(calls);
  }
});
