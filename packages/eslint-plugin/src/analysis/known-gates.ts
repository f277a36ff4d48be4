/**
 * Limiters that are recognised by where they were imported from.
 * Capacities and defaults were measured: peak in flight of 50 tasks, or read in the package's own documentation.
 */

export interface KnownLimiter {
  readonly module: string | RegExp;
  /** The imported name that makes the limiter: called, or with `new`. */
  readonly name: string;
  /** The name of its type, where that is another. */
  readonly type?: string;
  /** Where its capacity stands: an argument's index, or an option of the first argument. */
  readonly capacity?: number | { readonly option: string };
  /** The capacity when none is given. `Infinity` means that the limiter limits nothing. */
  readonly fallback?: number;
  /** The limiter itself is called with the task: `limit(() => task())`. */
  readonly callable?: true;
  /** Methods that take a task and run it under the limit. */
  readonly run?: readonly string[];
  /** Methods that resolve to a permit. */
  readonly acquire?: readonly string[];
  /** Methods that return the permit. */
  readonly release?: readonly string[];
  /** Methods that take a function and return a limited one. */
  readonly wrap?: readonly string[];
  /** It returns a limited function: the index of the function among the arguments, -1 when that comes in a second call. */
  readonly wraps?: number;
  /** Limits starts per interval, not how many are in flight. */
  readonly rate?: true;
}

/** Our runtime, or a vendored copy of it. */
export const runtimeModule = /^@floodgate\/runtime$|(^|[/\\])floodgate(\.[cm]?[jt]s)?$/;

export const knownLimiters: readonly KnownLimiter[] = [
  { module: runtimeModule, name: "createLimit", type: "Limit", capacity: 0, callable: true, run: ["map"] },
  {
    module: runtimeModule,
    name: "Semaphore",
    capacity: 0,
    run: ["run"],
    acquire: ["acquire"],
    release: ["release"],
    wrap: ["wrap"],
  },
  { module: runtimeModule, name: "limited", capacity: 0, wraps: 1 },
  ...["RateLimiter", "AdaptiveLimiter", "KeyedLimiter", "combine", "RedisSemaphore", "RedisRateLimiter"].map(
    (name): KnownLimiter => ({
      module: /^@floodgate\/runtime/,
      name,
      run: ["run"],
      acquire: ["acquire"],
      release: ["release"],
      wrap: ["wrap"],
    }),
  ),
  { module: "p-limit", name: "default", type: "LimitFunction", capacity: 0, callable: true, run: ["map"] },
  { module: "p-limit", name: "limitFunction", wraps: 0, capacity: 1 },
  {
    module: "p-queue",
    name: "default",
    type: "PQueue",
    capacity: { option: "concurrency" },
    fallback: Infinity,
    run: ["add", "addAll"],
  },
  {
    module: "p-queue",
    name: "PQueue",
    capacity: { option: "concurrency" },
    fallback: Infinity,
    run: ["add", "addAll"],
  },
  { module: "p-throttle", name: "default", callable: true, rate: true, wraps: -1 },
  { module: "p-ratelimit", name: "pRateLimit", callable: true, rate: true },
  {
    module: /^bottleneck/,
    name: "default",
    type: "Bottleneck",
    capacity: { option: "maxConcurrent" },
    fallback: Infinity,
    run: ["schedule", "submit"],
    wrap: ["wrap"],
  },
  { module: "async-sema", name: "Sema", capacity: 0, acquire: ["acquire", "v"], release: ["release", "p"] },
  { module: "async-sema", name: "RateLimit", callable: true, rate: true },
  {
    module: "async-mutex",
    name: "Mutex",
    fallback: 1,
    run: ["runExclusive"],
    acquire: ["acquire"],
    release: ["release"],
  },
  {
    module: "async-mutex",
    name: "Semaphore",
    capacity: 0,
    run: ["runExclusive"],
    acquire: ["acquire"],
    release: ["release"],
  },
  { module: "await-semaphore", name: "Semaphore", capacity: 0, run: ["use"], acquire: ["acquire"] },
  { module: "await-semaphore", name: "Mutex", fallback: 1, run: ["use"], acquire: ["acquire"] },
  {
    module: "semaphore-async-await",
    name: "default",
    capacity: 0,
    run: ["execute"],
    acquire: ["acquire", "wait"],
    release: ["release", "signal"],
  },
  { module: "async-lock", name: "default", fallback: 1, run: ["acquire"] },
  { module: /^es-toolkit/, name: "limitAsync", capacity: 1, wraps: 0 },
  { module: /^es-toolkit/, name: "Semaphore", capacity: 0, acquire: ["acquire"], release: ["release"] },
  { module: /^es-toolkit/, name: "Mutex", fallback: 1, acquire: ["acquire"], release: ["release"] },
  { module: "throat", name: "default", capacity: 0, callable: true, wraps: 1 },
  { module: "promise-limit", name: "default", capacity: 0, callable: true, run: ["map"] },
  { module: "piscina", name: "default", run: ["run", "runTask"] },
  { module: "piscina", name: "Piscina", run: ["run", "runTask"] },
  { module: "tinypool", name: "default", run: ["run", "runTask"] },
  { module: "tinypool", name: "Tinypool", run: ["run", "runTask"] },
  { module: "workerpool", name: "pool", run: ["exec"] },
  { module: "jest-worker", name: "Worker", run: [] },
  { module: "fastq", name: "promise", capacity: 1, run: ["push", "unshift"] },
  { module: "fastq", name: "default.promise", capacity: 1, run: ["push", "unshift"] },
  { module: "fastq", name: "default", capacity: 1, run: ["push", "unshift"] },
  { module: "async", name: "queue", capacity: 1, fallback: 1, run: ["push", "pushAsync", "unshift"] },
  { module: "async", name: "priorityQueue", capacity: 1, fallback: 1, run: ["push", "pushAsync"] },
  { module: "async", name: "cargo", fallback: 1, run: ["push", "pushAsync"] },
  { module: "promise-queue", name: "default", capacity: 0, fallback: Infinity, run: ["add"] },
  { module: "cockatiel", name: "bulkhead", capacity: 0, run: ["execute"] },
  { module: "@humanwhocodes/retry", name: "Retrier", run: ["retry"] },
  { module: "limiter", name: "RateLimiter", rate: true, acquire: ["removeTokens"] },
  { module: "generic-pool", name: "createPool", run: ["use"], acquire: ["acquire"], release: ["release"] },
  { module: "puppeteer-cluster", name: "Cluster.launch", run: ["queue", "execute"] },
];

/** Methods that schedule a task, on something whose name says that it limits. */
export const schedulingMethods: ReadonlySet<string> = new Set([
  "add",
  "push",
  "run",
  "schedule",
  "runExclusive",
  "runTask",
  "use",
  "exec",
  "execute",
  "submit",
  "enqueue",
  "queue",
  "acquire",
  "with",
  "withLock",
  "withPermit",
  "wrap",
  "limit",
  "addTask",
  "process",
]);

export const acquiringMethods: ReadonlySet<string> = new Set([
  "acquire",
  "take",
  "lock",
  "wait",
  "down",
  "obtain",
  "reserve",
  "enter",
]);
export const releasingMethods: ReadonlySet<string> = new Set([
  "release",
  "unlock",
  "signal",
  "up",
  "leave",
  "give",
  "free",
]);

/**
 * Names of things that limit, as the last word of an identifier: `limit`, `uploadLimiter`, `TASK_QUEUE`, `ratelimit`.
 * Not as its last letters: `navigate`, `clock`, `unblock`.
 */
export const limiterName =
  /(?:^|_|\$|^(?:rate|task|job|work|p|async))(?:limit|limitt?er|throttler?|queue|sem|sema|semaphore|mutex|lock|bottleneck|bulkhead|scheduler|gate|concurrency)$|(?:Limit|Limitt?er|Throttler?|Queue|Sem|Sema|Semaphore|Mutex|Lock|Bottleneck|Bulkhead|Scheduler|Gate|Concurrency)$|(?:^|_)(?:LIMIT|LIMITER|THROTTLER?|QUEUE|SEM|SEMA|SEMAPHORE|MUTEX|LOCK|BOTTLENECK|BULKHEAD|SCHEDULER|GATE|CONCURRENCY)$/;

/** The same for short names that are whole words only. */
export const shortLimiterName = /^(q|sem|gate|pool|lock|bn)$|(^worker|Worker|task|Task|thread|Thread)Pool$/;

/** Functions whose name promises that they limit themselves: `fetchLimited`, `throttledFetch`, `queuedSave`, `withLimit`. */
export const lookalikeName =
  /^(limited|throttled|queued?|enqueue|pooled|rateLimited)[A-Z]|(Limited|Throttled|Queued|Pooled|RateLimited|WithLimit|WithConcurrency|WithThrottle)$|^(with|run|do|exec)(Rate)?(Limit|Concurrency|Semaphore|Throttle|Lock|Mutex)/;
