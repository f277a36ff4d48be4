import { mapLimitSettled } from "@floodgate/runtime";
import { Pool } from "pg";
import { expect, test } from "vitest";
import { database, type PoolLike } from "./pg-pool.ts";

/** As `pg`'s pool, without a server: what it is asked is noted. */
function fakePool(max: number, failOn?: string) {
  const log: string[] = [];
  const state = { open: 0, peak: 0, thrownAway: 0 };
  const client = {
    async query(text: string) {
      log.push(text);
      await new Promise(setImmediate);
      if (text === failOn) throw new Error(`${text} failed`);
    },
    release(isBroken: boolean) {
      state.open--;
      if (isBroken) state.thrownAway++;
    },
  };
  const connect = () => {
    state.peak = Math.max(state.peak, ++state.open);
    return Promise.resolve(client);
  };
  return { log, state, pool: { options: { max }, connect } as unknown as PoolLike };
}

test("no more transactions than connections, and each gives its connection back", async () => {
  const { pool, state, log } = fakePool(5);
  const { transaction, insertAll } = database(pool);
  await Promise.all(Array.from({ length: 100 }, () => transaction((client) => client.query("SELECT 1"))));
  expect(state).toEqual({ open: 0, peak: 5, thrownAway: 0 });
  log.length = 0;
  await insertAll(["a", "b"]);
  const insert = "INSERT INTO logs VALUES ($1)";
  expect(log).toEqual(["BEGIN", insert, insert, "COMMIT"]);
});

test("a failure rolls back; what cannot be rolled back is thrown away", async () => {
  const failed = fakePool(1, "SELECT 1");
  await expect(database(failed.pool).transaction((client) => client.query("SELECT 1"))).rejects.toThrow(
    "SELECT 1 failed",
  );
  expect(failed.log).toEqual(["BEGIN", "SELECT 1", "ROLLBACK"]);
  expect(failed.state).toEqual({ open: 0, peak: 1, thrownAway: 0 });

  const broken = fakePool(1, "ROLLBACK");
  await expect(database(broken.pool).transaction(() => Promise.reject(new Error("my own")))).rejects.toThrow(
    "my own",
  );
  expect(broken.state.thrownAway).toBe(1);
});

test("who is one too many is turned away, instead of made to wait for ever", async () => {
  const { pool } = fakePool(2);
  const { transaction } = database(pool, { maxWaiting: 3 });
  const ends = await mapLimitSettled(Array(10).keys(), 10, () =>
    transaction((client) => client.query("SELECT 1")),
  );
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
});

test("pg's own pool is such a pool", () => {
  const { connections } = database(new Pool({ max: 7 }));
  expect(connections.permits).toBe(7);
});
