// PostgreSQL: a pool of connections, a limit on who may wait for one, and transactions that never wait for each other.
import { mapLimit, Semaphore } from "@floodgate/runtime";
import type { Pool, PoolClient } from "pg";

/** The part of `new Pool({ max })` that is used. */
export type PoolLike = Pick<Pool, "connect" | "options">;

export function database(pool: PoolLike, { maxWaiting = 1000 } = {}) {
  // As many permits as connections. The pool's own line has no end and no priorities, and it does not say when it is
  // full; behind the limiter it is always empty.
  const connections = new Semaphore(pool.options.max, { name: "postgres", maxWaiting });

  /** One connection for all of `task`, in a transaction. */
  function transaction<R>(
    task: (client: PoolClient) => Promise<R>,
    options?: { signal?: AbortSignal },
  ): Promise<R> {
    return connections.run(async () => {
      const client = await pool.connect();
      let broken: unknown;
      try {
        await client.query("BEGIN");
        const result = await task(client);
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch((reason: unknown) => (broken = reason));
        throw error;
      } finally {
        // A connection that cannot even roll back is thrown away.
        client.release(broken !== undefined);
      }
    }, options);
  }

  /** Queries of one transaction share its connection, which does one thing at a time: a bound of 1 says so. */
  const insertAll = (rows: readonly string[]): Promise<unknown> =>
    transaction((client) => mapLimit(rows, 1, (row) => client.query("INSERT INTO logs VALUES ($1)", [row])));

  return { connections, transaction, insertAll };
}
