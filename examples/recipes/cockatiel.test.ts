import { Semaphore } from "@floodgate/runtime";
import { expect, test } from "vitest";
import { namesOf } from "./cockatiel.ts";

test("retries take a permit each, and what fails for good is replaced", async () => {
  const database = new Semaphore(2);
  const calls: number[] = [];
  const names = await namesOf(
    [1, 2, 3],
    async (id) => {
      expect(database.active).toBeLessThanOrEqual(2);
      calls.push(id);
      await new Promise(setImmediate);
      if (id === 2) throw new Error("no such user");
      if (id === 3 && calls.filter((call) => call === 3).length < 3) throw new Error("not yet");
      return `user ${id}`;
    },
    database,
  );
  expect(names).toEqual(["user 1", "nobody", "user 3"]);
  expect(calls.toSorted()).toEqual([1, 2, 2, 2, 3, 3, 3]);
  expect(database.active).toBe(0);
});
