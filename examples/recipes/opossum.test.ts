import { Semaphore } from "@floodgate/runtime";
import { expect, test } from "vitest";
import { userService } from "./opossum.ts";

test("an open circuit asks for no permit and calls nothing", async () => {
  const database = new Semaphore(2);
  let calls = 0;
  const { breaker, namesOf } = userService(async (id) => {
    calls++;
    await new Promise(setImmediate);
    if (id > 5) throw new Error("down");
    return `user ${id}`;
  }, database);
  expect(await namesOf([1, 2, 3])).toEqual(["user 1", "user 2", "user 3"]);
  await namesOf([6, 7, 8, 9, 10]);
  expect(breaker.opened).toBe(true);
  calls = 0;
  expect(await namesOf([1, 2])).toEqual(["user 1, perhaps", "user 2, perhaps"]);
  expect(calls).toBe(0);
  expect(database.active).toBe(0);
  breaker.shutdown();
});
