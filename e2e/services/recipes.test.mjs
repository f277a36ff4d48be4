// The recipes that need a server, against a real one.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import pg from "pg";
import { startPostgres } from "./postgres-server.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundles = mkdtempSync(join(root, "node_modules/.floodgate-recipes-"));
let postgres;

before(async () => {
  postgres = await startPostgres(20);
});
after(async () => {
  rmSync(bundles, { recursive: true, force: true });
  await postgres?.stop();
});

/** A recipe as JavaScript. */
async function recipe(name) {
  const outfile = join(bundles, `${name}.mjs`);
  const entryPoints = [join(root, "examples/recipes", `${name}.ts`)];
  await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", packages: "external" });
  return import(outfile);
}

test("pg-pool: transactions of many callers share a few connections", { timeout: 60_000 }, async () => {
  const { database } = await recipe("pg-pool");
  const pool = new pg.Pool({ ...postgres.connection, max: 5 });
  // `end()` does not wait for them, and one that is still on its way out would hear that the server stops.
  const closed = [];
  pool.on("connect", (client) => closed.push(once(client, "end")));
  try {
    await pool.query("CREATE TABLE logs (line text)");
    const { transaction, insertAll, connections } = database(pool);
    const seen = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        transaction(async (client) => {
          await client.query("INSERT INTO logs VALUES ($1)", [`line ${n}`]);
          // No other transaction may see it, and this one is the only one on its connection.
          if (n % 10 === 0) throw new Error("rolled back");
          const { rows } = await client.query(
            "SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'idle in transaction' OR query LIKE '%FROM pg_stat%'",
          );
          return rows[0].n;
        }).catch(() => 0),
      ),
    );
    assert.ok(Math.max(...seen) <= 5, `${Math.max(...seen)} transactions at once`);
    await insertAll(["a", "b", "c"]);
    const { rows } = await pool.query("SELECT count(*)::int AS n FROM logs");
    assert.equal(rows[0].n, 45 + 3);
    assert.equal(connections.active, 0);
    assert.ok(pool.totalCount <= 5);
  } finally {
    await pool.end();
    await Promise.all(closed);
  }
});
