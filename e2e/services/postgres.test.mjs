// What a missing limit does to a database, and what one does for it: a real PostgreSQL with its default of 100 connections.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mapLimit, Semaphore } from "@floodgate/runtime";
import pg from "pg";
import { startPostgres } from "./postgres-server.mjs";

let postgres;

before(async () => {
  postgres = await startPostgres(100);
});
after(() => postgres?.stop());

const users = Array.from({ length: 200 }, (_, id) => id);

/** One connection per task, as code does it that opens one in a function called for each row. */
async function load(id, queried = Promise.resolve(), whenTried = () => undefined) {
  const client = new pg.Client(postgres.connection);
  client.on("error", () => undefined);
  await client.connect().finally(whenTried);
  try {
    await queried;
    const { rows } = await client.query(
      "select $1::int as id, count(*)::int as connections from pg_stat_activity where backend_type = 'client backend'",
      [id],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

test("one connection per task, all at once, fails with `too many clients`", { timeout: 60_000 }, async () => {
  // Queries that take their time: each holds its connection until all have tried to get one.
  let tried = 0;
  let goOn;
  const queried = new Promise((resolve) => (goOn = resolve));
  const whenTried = () => void (++tried === users.length && goOn());
  const ends = await Promise.allSettled(users.map((id) => load(id, queried, whenTried)));
  const failures = ends.filter(({ status }) => status === "rejected");
  assert.ok(failures.length >= 100, `${failures.length} failed: 200 do not fit into 100 connections`);
  for (const { reason } of failures) assert.match(String(reason), /too many clients|ECONNRESET/u);
  assert.ok(failures.some(({ reason }) => reason.code === "53300"));
});

test("`mapLimit` with 40 at once loads all of them", { timeout: 60_000 }, async () => {
  const rows = await mapLimit(users, 40, (id) => load(id));
  assert.deepEqual(
    rows.map(({ id }) => id),
    users,
  );
  const most = Math.max(...rows.map(({ connections }) => connections));
  assert.ok(most < 100, `${most} connections at once: 40, and those that are still being closed`);
});

test("one semaphore holds for several callers together", { timeout: 60_000 }, async () => {
  const database = new Semaphore(40);
  const shares = [users.slice(0, 100), users.slice(100)];
  const rows = await Promise.all(shares.map((share) => mapLimit(share, database, (id) => load(id))));
  assert.equal(rows.flat().length, users.length);
});
