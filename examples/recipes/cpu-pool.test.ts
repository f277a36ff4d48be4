import { scryptSync } from "node:crypto";
import { expect, test } from "vitest";
import { passwordHasher } from "./cpu-pool.ts";

test("hashes in threads, two at once, and turns away whom it could only keep waiting", async () => {
  const hasher = passwordHasher({ threads: 2, maxWaiting: 3 });
  const passwords = Array.from({ length: 5 }, (_, n) => `password ${n}`);
  const hashes = passwords.map((password) => hasher.hash(password));
  expect(hasher.limiter.inspect()).toMatchObject({ active: 2, waiting: 3 });
  await expect(hasher.hash("one too many")).rejects.toMatchObject({ name: "QueueFullError" });
  expect(await Promise.all(hashes)).toEqual(
    passwords.map((password) => scryptSync(password, "salt", 32, { N: 2 ** 12 }).toString("hex")),
  );
  await hasher.close();
  await expect(hasher.hash("too late")).rejects.toMatchObject({ name: "LimiterClosedError" });
});
