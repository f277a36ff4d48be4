// Which request is this task for? AsyncLocalStorage knows, also for tasks that had to wait in a line with others.
import { AsyncLocalStorage } from "node:async_hooks";
import { mapLimit, Semaphore } from "@floodgate/runtime";

export const request = new AsyncLocalStorage<{ readonly id: string }>();

/** Shared by all requests, so that tasks of one are often let in when one of another ends. */
export const database = new Semaphore(2);

/** What a logger would do. */
export const log: string[] = [];
const write = (message: string): number => log.push(`${request.getStore()?.id ?? "nobody"}: ${message}`);

const query = database.wrap(async (text: string) => {
  await new Promise(setImmediate);
  write(text); // The caller's request, not that of the task that made room.
});

export function handle(id: string, rows: readonly string[]): Promise<unknown> {
  return request.run({ id }, () => mapLimit(rows, 4, (row) => query(row)));
}
