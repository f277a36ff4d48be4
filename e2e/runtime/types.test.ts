/** The declarations of the packed runtime under every TypeScript that projects still use, and the exact types it gives. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";

const versions = ["4.8", "5.0", "5.4", "5.9", "6.0", "7.0"] as const;

/** Compiles only if each type is exactly what it is said to be: `any` is no `number`, and `1 | 2` no `number`. */
const exact = `
import {
  batched, Batcher, bounded, combine, createLimit, forEachLimit, KeyedLimiter, limited, mapLimit, mapLimitSettled,
  Queue, retry, Semaphore, streamLimit, timeout, TimeoutError,
} from "@floodgate/runtime";
import type { Limiter, Outcome, Permit } from "@floodgate/runtime";
import { RedisRateLimiter, RedisSemaphore } from "@floodgate/runtime/redis";
import type { RedisClientLike, RedisPermit } from "@floodgate/runtime/redis";
import { instrument } from "@floodgate/runtime/otel";
import type { MeterLike } from "@floodgate/runtime/otel";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Says that the type of an expression is exactly this. */
declare function is<Expected>(): <Actual>(value: Actual, same: Equal<Actual, Expected>) => void;

declare const union: string[] | number[];
declare const anything: any[];
declare const anyItself: any;
declare const readOnly: readonly string[];
declare const stream: AsyncIterable<Date>;
declare const set: Set<1 | 2>;
declare const map: Map<string, number>;

// Unions of arrays, any, tuples, readonly, sets, maps, strings, streams.
is<Promise<number[]>>()(mapLimit(union, 2, async (item) => (is<string | number>()(item, true), String(item).length)), true);
is<Promise<number[]>>()(mapLimit(anything, 2, async (item) => (is<any>()(item, true), 1)), true);
is<Promise<number[]>>()(mapLimit(anyItself, 2, async (item) => (is<any>()(item, true), 1)), true);
is<Promise<string[]>>()(mapLimit([1, "a"] as [number, string], 2, async (item) => (is<number | string>()(item, true), "b")), true);
is<Promise<string[]>>()(mapLimit(readOnly, 2, async (item, index) => (is<number>()(index, true), item)), true);
is<Promise<(1 | 2)[]>>()(mapLimit(set, 2, (item) => item), true);
is<Promise<[string, number][]>>()(mapLimit(map, 2, (entry) => entry), true);
is<Promise<Date[]>>()(mapLimit(stream, 2, (item) => Promise.resolve(item)), true);
is<Promise<string[]>>()(mapLimit("abc", 2, (letter) => letter), true);
is<Promise<PromiseSettledResult<string>[]>>()(mapLimitSettled(readOnly, 2, async (item) => item), true);
is<Promise<void>>()(forEachLimit(stream, 2, async (item) => void item), true);

// Contextually typed literals keep what the place asks for.
type Row = { readonly kind: "user" | "group"; readonly id: number };
const rows: Promise<Row[]> = mapLimit([1, 2], 2, async (id) => ({ kind: "user", id }));
void rows;

// Generic code.
export async function load<T extends { id: number }>(items: readonly T[]): Promise<T["id"][]> {
  return mapLimit(items, 2, async (item) => item.id);
}
export function through<T>(source: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  return mapLimit(source, 2, async (item) => item as T);
}

// The call shapes.
is<readonly [1, 2]>()(bounded([1, 2] as const, 2), true);
const limitedLoad: (item: string, index: number) => Promise<number> = limited(2, async (item: string, index: number) => item.length + index);
is<Promise<number>>()(limitedLoad("a", 1), true);
is<Promise<number[]>>()(Promise.all(["a"].map(limited(2, async (item: string) => item.length))), true);
is<Promise<string>>()(createLimit(2)(async () => "a"), true);
is<Promise<number>>()(new Semaphore(2).run(() => 1), true);
const permit: Promise<Permit> = new Semaphore(2).acquire();
void permit;
const limiter: Limiter = combine(50, new KeyedLimiter((url: string) => url, () => new Semaphore(2)));
void limiter;
declare const meter: MeterLike;
is<() => void>()(instrument(meter), true);
declare const client: RedisClientLike;
const everywhere = new RedisSemaphore(client, { name: "a", permits: 2 });
is<Promise<number>>()(everywhere.run(async ({ token }) => token), true);
is<Promise<RedisPermit>>()(everywhere.acquire(), true);
is<Promise<string[]>>()(mapLimit(readOnly, combine(everywhere, new RedisRateLimiter(client, { name: "a", limit: 1, intervalMs: 1 })), (item) => item), true);
async function loop(): Promise<void> {
  for await (const item of streamLimit(stream, 2, async (date) => date.getTime())) is<number>()(item, true);
  for await (const item of new Queue<string>({ capacity: 1 })) is<string>()(item, true);
  for await (const items of batched(stream, { size: 2 })) is<Date[]>()(items, true);
  for (const items of batched(readOnly, { size: 2 })) is<string[]>()(items, true);
}
void loop;
const users = new Batcher(async (ids: readonly number[]) => ids.map(String), { maxSize: 10 });
is<Promise<string>>()(users.load(1), true);
is<Promise<(string | Error)[]>>()(users.loadMany([1]), true);
is<Promise<string>>()(timeout(async (url: string) => url, 10)("a"), true);
is<Promise<string[]>>()(mapLimit(["a"], 2, timeout(async (url: string, index: number) => url + String(index), 10)), true);
is<Promise<number>>()(retry(async (id: number, context: { signal: { readonly aborted: boolean } }) => (context.signal.aborted ? 0 : id))(1), true);
is<number>()(new TimeoutError(5).timeoutMs, true);
const outcomes: Outcome[] = ["success", "failure", "overload", "ignore"];
void outcomes;

// What must not compile.
// @ts-expect-error a bound is a number or a limiter
void mapLimit(readOnly, "10", async (item) => item);
// @ts-expect-error a number is not iterable
void mapLimit(5, 2, async (item: number) => item);
// @ts-expect-error the bound of a queue has no default
void new Queue<string>({});
// @ts-expect-error a batch needs a size
void batched(readOnly, {});
`;

describe.each(versions)("TypeScript %s", (version) => {
  const project = scratchProject({
    "package.json": JSON.stringify({ name: "outside", version: "1.0.0", private: true, type: "module" }),
    "exact.ts": exact,
    // The same under CommonJS, where the declarations are others.
    "exact.cts": exact,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        lib: ["ES2022"],
        target: "ES2022",
        module: "node16",
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        // So that the declarations themselves are checked: they name no global that is not in ES2022.
        skipLibCheck: false,
        types: [],
      },
      files: ["exact.ts", "exact.cts"],
    }),
  });
  beforeAll(() => {
    project.install(inject("tarballs").runtime, `typescript@~${version}.0`);
  });
  afterAll(() => {
    project.remove();
  });

  test("compiles programs that use the runtime, with exactly the types it says, and nothing loaded but ES2022", () => {
    expect(project.npx("tsc", "--version").stdout).toContain(`Version ${version}.`);
    expect(project.npx("tsc", "-p", ".")).toMatchObject({ output: "", exitCode: 0 });
  });
});
