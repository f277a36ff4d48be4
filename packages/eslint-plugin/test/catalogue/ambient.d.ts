/*
 * What the snippets of the catalogue take for granted when they are linted with types.
 * Values are global, since the snippets leave them undeclared. Modules are stubs, so that nothing has to be installed.
 */

// ---- Types ----

interface R {
  id: string;
  n: number;
}
interface Result {
  id: string;
  n: number;
}
interface A {
  load(): Promise<R>;
}
type B = A;
type C = A;
interface X {
  id: string;
  n: number;
}
interface Part {
  id: string;
}
interface Item {
  id: string;
  n: number;
  url: string;
  body: string;
  name: string;
  userId: string;
  stale: boolean;
  parts: Part[];
}
interface Client {
  close(): Promise<void>;
}
interface Node {
  name: string;
  children: Node[];
  kids: Node[];
}
type Kind = "x" | "y";
interface Combinator {
  all(values: unknown[]): unknown[];
}
interface Member {
  id: string;
  email: string;
}
interface Order {
  id: string;
}
interface User {
  id: string;
  orders: Order[];
}
interface Job {
  id: string;
}
interface Row {
  id: string;
  title: string;
  destroy(): Promise<void>;
}
interface Page {
  items: Item[];
  next: string | undefined;
}
interface Permit {
  release(): void;
}
interface Listener {
  on(event: string, listener: (first: unknown, second: unknown) => unknown): void;
}

// ---- The platform ----

interface Response {
  readonly ok: boolean;
  text(): Promise<string>;
  json(): Promise<unknown>;
}
declare function fetch(url: string): Promise<Response>;
declare function setImmediate(callback: () => void): unknown;
declare const crypto: { subtle: { digest(algorithm: string, data: unknown): Promise<ArrayBuffer> } };
declare const process: Listener & { argv: string[] };
interface StreamOptions {
  concurrency?: number;
}
declare class Readable<T> {
  static from<T>(source: Iterable<T> | AsyncIterable<T>): Readable<T>;
  map<U>(fn: (value: T) => U | Promise<U>, options?: StreamOptions): Readable<U>;
  toArray(): Promise<T[]>;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}
declare function readdir(path: string): Promise<string[]>;
declare function readdir(
  path: string,
  options: { withFileTypes: true },
): Promise<{ name: string; isDirectory(): boolean }[]>;
declare function stat(path: string): Promise<{ size: number }>;
declare function join(...parts: string[]): string;
declare namespace JSX {
  interface Element {
    type: string;
  }
  interface IntrinsicElements {
    [name: string]: unknown;
  }
}
declare function Card(props: { key: string; data: R }): JSX.Element;

// ---- Collections of unknown length ----

declare const items: Item[];
declare const mirrors: { url: string }[];
declare const replicas: { ping(): Promise<string> }[];
declare const ids: string[];
declare const keys: string[];
declare const rows: Row[];
declare const xs: X[];
declare const ys: X[];
declare const oldOnes: X[];
declare const newOnes: X[];
declare const urls: string[];
declare const files: string[];
declare const teams: { members: Member[] }[];
declare const groups: { members: Member[] }[];
declare const users: User[];
declare const us: { os: Order[] }[];
declare const idSet: Set<string>;
declare const sessions: Map<string, Client>;
declare const sockets: Set<Client>;
declare const record: Record<string, string>;
declare const extra: string[];
declare const cases: X[];
declare const plugins: { init(): Promise<void> }[];
declare const tenants: Client[];
declare const langs: string[];
declare const queue: Job[];
declare const todo: Job[];
declare const text: string;
declare const csv: string;
declare const deferreds: { promise: Promise<R> }[];
declare const promises: Promise<R>[];
declare const resp: { data?: { items?: X[] } };

// ---- Asynchronous work ----

declare function fetchOne(item: X): Promise<R>;
declare function save(item: unknown, permit?: unknown): Promise<void>;
declare function saveMany(items: Item[]): Promise<void>;
declare function load(what: unknown): Promise<R>;
declare function loadUser(id: string): Promise<R>;
declare function loadOrg(id: string): Promise<R>;
declare function upload(row: Row, label: string): Promise<void>;
declare function enrich(item: X): Promise<X>;
declare function compute(item: X): Promise<Result>;
declare function audit(item: X): Promise<void>;
declare function refresh(item: X): Promise<void>;
declare function notify(team: unknown, member?: Member): Promise<void>;
declare function write(key: string, value: string): Promise<void>;
declare function page(index: number): Promise<Page>;
declare function openShard(index: number): Promise<Client>;
declare function worker(): Promise<void>;
declare function run(job: Job): Promise<void>;
declare function ping(index: number): Promise<void>;
declare function createRow(): Promise<Row>;
declare function resolveHandle(name: string): Promise<string>;
declare function importLine(line: string): Promise<void>;
declare function drop(item: X): Promise<void>;
declare function add(item: X): Promise<void>;
declare function header(): Promise<string>;
declare function render(row: Row): Promise<string>;
declare function a(): Promise<R>;
declare function b(): Promise<R>;
declare function c(): Promise<R>;
declare function f(item: X): Promise<R>;
declare function g(item: X): Promise<R>;
declare function send(item: X): Promise<void>;
declare function attempt(index: number): Promise<void>;
declare function build(kind: string): Promise<void>;
declare function list(cursor: string): Promise<Page>;
declare function listPages(): AsyncIterable<Item[]>;
declare function buildJobs(items: Item[]): Promise<R>[];
declare function importedGenerator(): Generator<Promise<R>>;
declare function stats(user: User): Promise<number>;
declare function seed(n: number): Promise<void>;
declare function buildLocale(locale: string): Promise<void>;
declare function deploy(region: string): Promise<void>;
declare function warm(kind: string): Promise<void>;
declare function initA(): Promise<void>;
declare function initB(): Promise<void>;
declare function preview(item: Item): Promise<string>;
declare function sync(row: Row): Promise<void>;
declare function go(kind: Kind): Promise<void>;
declare function get(item: X): Promise<R>;
declare function limitText(text: string, length: number): Promise<string>;
declare function handle(...args: unknown[]): Promise<void>;
declare function ship(order: Order): Promise<void>;
declare function check(item: X): Promise<void>;
declare function lint(file: string): Promise<void>;
declare function validate(lang: string): Promise<void>;
declare function isLive(item: X): Promise<boolean>;
declare function rollback(): Promise<void>;

declare const db: {
  save(id: string, rest: unknown): Promise<void>;
  user: { findMany(options?: { take: number }): Promise<Row[]> };
};
declare const prisma: {
  $transaction(statements: PrismaPromise<Row>[]): Promise<Row[]>;
  $transaction<T>(work: (tx: typeof prisma) => Promise<T>): Promise<T>;
  item: { create(options: { data: Item }): PrismaPromise<Row> };
};
interface PrismaPromise<T> extends Promise<T> {
  readonly [Symbol.toStringTag]: "PrismaPromise";
}
declare const Model: {
  findAllInBatches(options: { batchLimit: number }, work: (rows: Row[]) => Promise<void>): Promise<void>;
};
declare const cms: { slugs(): Promise<string[]>; post(slug: string): Promise<R> };
declare const repo: { load(id: string): Promise<R> };
declare const http: {
  get(url: string): import("rxjs").Observable<R>;
  post(url: string, body: unknown): import("rxjs").Observable<R>;
};
declare const mergeMap: typeof import("rxjs").mergeMap;
declare const source$: import("rxjs").Observable<Item>;
declare const cache: { get(key: string): Promise<R | undefined> };
declare const opts: import("p-map").Options;
declare const userLoader: import("dataloader").default<string, R>;

// ---- Synchronous work and plain values ----

declare function computeSync(item: X): number;
declare function merge(a: unknown, b: unknown): R;
declare function log(...values: unknown[]): void;
declare function use(...values: unknown[]): void;
declare function report(error: unknown): void;
declare function register(signal: string): void;
declare function test(name: string, body: () => Promise<void>): void;
declare let total: number;
declare const n: number;
declare const count: number;
declare const concurrency: number;
declare const batchSize: number;
declare const x: Item;
declare const id: string;
declare const withOrg: boolean;
declare const cond: unknown;
declare const dir: string;
declare const url: string;
declare const filename: string;
declare const req: { query: Record<string, string> };

// ---- Sources of events ----

declare const stream: Listener;
declare const readline: { on(event: "line", listener: (line: string) => unknown): void };
declare const bus: Listener;
declare const server: Listener;
declare const sink: { write(chunk: unknown): Promise<void> };
declare const cursor: AsyncIterable<Row>;
declare const app: {
  get(
    path: string,
    handler: (req: { body: { ids: string[] } }, res: { json(body: unknown): void }) => unknown,
  ): void;
};

// ---- Limiters ----

declare const limit: import("p-limit").LimitFunction;
declare const q: import("p-queue").default;
declare const sema: { acquire(): Promise<void>; release(): void };
declare const mutex: import("async-mutex").Mutex;
declare function createLimiter(concurrency: number): { run<T>(task: () => Promise<T>): Promise<T> };

// ---- Modules ----

declare module "p-limit" {
  export interface LimitFunction {
    readonly activeCount: number;
    readonly pendingCount: number;
    <Arguments extends unknown[], T>(
      task: (...args: Arguments) => PromiseLike<T> | T,
      ...args: Arguments
    ): Promise<T>;
    map<T, U>(values: Iterable<T>, fn: (value: T, index: number) => PromiseLike<U> | U): Promise<U[]>;
  }
  export default function pLimit(concurrency: number | { concurrency: number }): LimitFunction;
}

declare module "p-map" {
  export interface Options {
    concurrency?: number;
    stopOnError?: boolean;
  }
  export default function pMap<T, U>(
    values: Iterable<T>,
    fn: (value: T, index: number) => PromiseLike<U> | U,
    options?: Options,
  ): Promise<U[]>;
  export function pMapIterable<T, U>(
    values: Iterable<T>,
    fn: (value: T, index: number) => PromiseLike<U> | U,
    options?: { concurrency?: number; backpressure?: number },
  ): AsyncIterable<U>;
}

declare module "p-all" {
  export default function pAll<T>(
    tasks: Iterable<() => PromiseLike<T> | T>,
    options?: { concurrency?: number },
  ): Promise<T[]>;
}

declare module "p-queue" {
  export interface Options {
    concurrency?: number;
    intervalCap?: number;
    interval?: number;
  }
  export default class PQueue {
    constructor(options?: Options);
    readonly size: number;
    add<T>(task: () => PromiseLike<T> | T): Promise<T>;
    addAll<T>(tasks: Iterable<() => PromiseLike<T> | T>): Promise<T[]>;
    onIdle(): Promise<void>;
    onSizeLessThan(limit: number): Promise<void>;
  }
}

declare module "bottleneck" {
  export default class Bottleneck {
    constructor(options?: { maxConcurrent?: number; minTime?: number });
    schedule<T>(task: () => PromiseLike<T>): Promise<T>;
    wrap<Arguments extends unknown[], T>(
      fn: (...args: Arguments) => PromiseLike<T>,
    ): (...args: Arguments) => Promise<T>;
  }
}

declare module "async-sema" {
  export class Sema {
    constructor(permits: number);
    acquire(): Promise<unknown>;
    release(token?: unknown): void;
  }
}

declare module "async-mutex" {
  export class Mutex {
    acquire(): Promise<() => void>;
    runExclusive<T>(task: () => Promise<T> | T): Promise<T>;
  }
}

declare module "@supercharge/promise-pool" {
  export class PromisePool<T> {
    static for<T>(values: Iterable<T>): PromisePool<T>;
    withConcurrency(concurrency: number): PromisePool<T>;
    process<U>(fn: (value: T) => Promise<U> | U): Promise<{ results: U[]; errors: Error[] }>;
  }
}

declare module "piscina" {
  export default class Piscina {
    constructor(options: { filename: string });
    run(task: unknown): Promise<unknown>;
  }
}

declare module "dataloader" {
  export default class DataLoader<K, V> {
    constructor(batch: (keys: readonly K[]) => Promise<readonly (V | Error)[]>);
    load(key: K): Promise<V>;
    loadMany(keys: readonly K[]): Promise<(V | Error)[]>;
  }
}

declare module "bluebird" {
  class Bluebird<T> extends Promise<T> {
    static map<T, U>(
      values: Iterable<T | PromiseLike<T>>,
      fn: (value: T, index: number) => PromiseLike<U> | U,
      options?: { concurrency?: number },
    ): Bluebird<U[]>;
    static each<T>(
      values: Iterable<T | PromiseLike<T>>,
      fn: (value: T, index: number) => unknown,
    ): Bluebird<T[]>;
    static mapSeries<T, U>(
      values: Iterable<T | PromiseLike<T>>,
      fn: (value: T, index: number) => PromiseLike<U> | U,
    ): Bluebird<U[]>;
  }
  export default Bluebird;
}

declare module "async" {
  export interface QueueObject<T> {
    push(tasks: T | readonly T[]): Promise<unknown>;
  }
  export function each<T>(values: Iterable<T>, fn: (value: T) => Promise<unknown>): Promise<void>;
  export function eachLimit<T>(
    values: Iterable<T>,
    limit: number,
    fn: (value: T) => Promise<unknown>,
  ): Promise<void>;
  export function queue<T>(fn: (value: T) => Promise<unknown>, concurrency?: number): QueueObject<T>;
  const async: { each: typeof each; eachLimit: typeof eachLimit; queue: typeof queue };
  export default async;
}

declare module "es-toolkit" {
  export function mapAsync<T, U>(
    values: readonly T[],
    fn: (value: T, index: number) => Promise<U>,
    options?: { concurrency?: number },
  ): Promise<U[]>;
  export function limitAsync<Arguments extends unknown[], T>(
    fn: (...args: Arguments) => Promise<T>,
    concurrency: number,
  ): (...args: Arguments) => Promise<T>;
}

declare module "lodash" {
  const lodash: {
    map<T, U>(values: readonly T[], fn: (value: T, index: number) => U): U[];
    forEach<T>(values: readonly T[], fn: (value: T, index: number) => unknown): readonly T[];
  };
  export default lodash;
}

declare module "lodash-es" {
  export function map<T, U>(values: readonly T[], fn: (value: T, index: number) => U): U[];
}

declare module "lodash/chunk" {
  export default function chunk<T>(values: readonly T[], size?: number): T[][];
}

declare module "rxjs" {
  export interface Subscription {
    unsubscribe(): void;
  }
  export type OperatorFunction<T, U> = (source: Observable<T>) => Observable<U>;
  export class Observable<T> {
    pipe(): Observable<T>;
    pipe<U>(operator: OperatorFunction<T, U>): Observable<U>;
    subscribe(next?: (value: T) => void): Subscription;
  }
  export function mergeMap<T, U>(
    project: (value: T, index: number) => Observable<U> | Promise<U>,
    concurrent?: number,
  ): OperatorFunction<T, U>;
  export function forkJoin<T>(sources: readonly Observable<T>[]): Observable<T[]>;
  export function forkJoin<T extends Record<string, Observable<unknown>>>(
    sources: T,
  ): Observable<{ [K in keyof T]: unknown }>;
}

declare module "effect" {
  export namespace Effect {
    interface Effect<T> {
      readonly _T: T;
    }
    interface Options {
      readonly concurrency?: number | "unbounded" | "inherit";
    }
    function forEach<T, U>(
      values: Iterable<T>,
      fn: (value: T, index: number) => U,
      options?: Options,
    ): Effect<U[]>;
    function all<T>(effects: Iterable<T>, options?: Options): Effect<T[]>;
  }
}

declare module "node:timers/promises" {
  export function setTimeout(delayMs: number): Promise<void>;
}

declare module "@floodgate/runtime" {
  export function bounded<T>(values: readonly T[], most: number): readonly T[];
  export function limited<Arguments extends unknown[], T>(
    concurrency: number,
    fn: (...args: Arguments) => Promise<T>,
  ): (...args: Arguments) => Promise<T>;
  export function mapLimit<T, U>(
    values: Iterable<T>,
    concurrency: number,
    fn: (value: T, index: number) => Promise<U> | U,
  ): Promise<U[]>;
  export function mapLimitSettled<T, U>(
    values: Iterable<T>,
    concurrency: number,
    fn: (value: T, index: number) => Promise<U> | U,
  ): Promise<PromiseSettledResult<U>[]>;
}
