import { badArgument } from "../bad-argument.ts";
import { builtin } from "../builtin.ts";
import type { DiagnosticsEvent } from "../diagnostics.ts";
import type { Limiter } from "../limiter.ts";

/** The part of OpenTelemetry's `Meter` that is used here: nothing is imported, not even types. */
export interface MeterLike {
  createHistogram(name: string, options: InstrumentOptions): Records;
  createCounter(name: string, options: InstrumentOptions): Adds;
  createObservableUpDownCounter(name: string, options: InstrumentOptions): Observed;
  addBatchObservableCallback(callback: Observe, observables: Observed[]): void;
  removeBatchObservableCallback(callback: Observe, observables: Observed[]): void;
}

interface InstrumentOptions {
  description: string;
  unit: string;
  advice?: { explicitBucketBoundaries: number[] };
}
interface Records {
  record(value: number, attributes: Attributes): void;
}
interface Adds {
  add(value: number, attributes: Attributes): void;
}
interface Observed {
  addCallback(callback: never): void;
}
type Observe = (result: { observe(instrument: never, value: number, attributes: Attributes): void }) => void;
type Attributes = Record<string, string>;

/**
 * Counts and times what all limiters of the process do, as instruments of `meter`.
 *
 * | instrument | what | unit | attributes besides the name |
 * | --- | --- | --- | --- |
 * | `floodgate.limiter.in_flight` | permits that are out, by weight | `{permit}` | |
 * | `floodgate.limiter.waiting` | tasks that wait for a permit | `{task}` | |
 * | `floodgate.limiter.limit` | permits there are | `{permit}` | |
 * | `floodgate.limiter.wait_time` | from asking for a permit to having it | `s` | |
 * | `floodgate.limiter.task_time` | from having a permit to giving it back | `s` | `floodgate.outcome` |
 * | `floodgate.limiter.rejections` | tasks turned away, or that gave up waiting | `{task}` | `error.type` |
 * | `floodgate.limiter.stalls` | warnings that nothing moves any more | `{stall}` | |
 *
 * The attribute `floodgate.limiter.name` is the limiter's `name`, `"unnamed"` without one; limiters of one name are
 * added up, and keys belong into it only if they are few. The first three are read when metrics are collected, from every
 * limiter that did something since this was called; limiters are not kept alive for it.
 *
 * The events come from `node:diagnostics_channel`, so limiters need not be told, and those of another copy of this
 * package are seen too. Node, Deno and Bun have it. A task costs three or four
 * microseconds more with it (measured with the SDK's own histograms).
 *
 * @param meter - From `@opentelemetry/api` 1.3 or newer, which you install beside this: `metrics.getMeter("my-service")`.
 * @returns A function that stops it: no event is heard and nothing is observed any more.
 * @throws {TypeError} when it is no meter, or where there is no `node:diagnostics_channel`.
 *
 * @example
 * ```ts
 * import { mapLimit, Semaphore } from "@floodgate/runtime";
 * import { instrument } from "@floodgate/runtime/otel";
 * import { metrics } from "@opentelemetry/api";
 *
 * const stop = instrument(metrics.getMeter("my-service"));
 * await mapLimit([1, 2, 3], new Semaphore(2, { name: "database" }), async (n) => n * 2); // [2, 4, 6]
 * stop();
 * ```
 */
export function instrument(meter: MeterLike): () => void {
  const { createHistogram, addBatchObservableCallback } = Object(meter) as Partial<MeterLike>;
  if (typeof createHistogram !== "function" || typeof addBatchObservableCallback !== "function") {
    throw badArgument("meter", "a meter of @opentelemetry/api 1.3 or newer", meter);
  }
  const channels = builtin("node:diagnostics_channel") as DiagnosticsChannels | undefined;
  if (!channels) {
    throw new TypeError("`instrument` needs `node:diagnostics_channel`, which is not there");
  }
  const times = instrumentsOf(meter);
  const seen = new Seen();
  const stopObserving = observe(meter, seen);
  const listeners = Object.entries(listenersOf(times)).map(([name, listener]) => {
    const listen = (event: DiagnosticsEvent): void => {
      if (event.limiter) seen.add(event.limiter);
      listener(event, attributesOf(event.name));
    };
    channels.subscribe(`floodgate:${name}`, listen);
    return () => channels.unsubscribe(`floodgate:${name}`, listen);
  });
  return () => {
    for (const stop of [stopObserving, ...listeners]) stop();
  };
}

interface DiagnosticsChannels {
  subscribe(name: string, listener: (event: DiagnosticsEvent) => void): void;
  unsubscribe(name: string, listener: (event: DiagnosticsEvent) => void): void;
}

type Instruments = ReturnType<typeof instrumentsOf>;

function instrumentsOf(meter: MeterLike) {
  const seconds = { unit: "s", advice: { explicitBucketBoundaries: boundaries } };
  return {
    wait: meter.createHistogram("floodgate.limiter.wait_time", {
      description: "Time from asking for a permit to having it.",
      ...seconds,
    }),
    task: meter.createHistogram("floodgate.limiter.task_time", {
      description: "Time from having a permit to giving it back.",
      ...seconds,
    }),
    rejections: meter.createCounter("floodgate.limiter.rejections", {
      description: "Tasks that were turned away, or gave up waiting.",
      unit: "{task}",
    }),
    stalls: meter.createCounter("floodgate.limiter.stalls", {
      description: "Warnings that somebody waits and nothing moves.",
      unit: "{stall}",
    }),
  };
}

/**
 * Those of OpenTelemetry's HTTP metrics, and two more for tasks that take long.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

function listenersOf({ wait, task, rejections, stalls }: Instruments) {
  type Listener = (event: DiagnosticsEvent, attributes: Attributes) => void;
  const nothing: Listener = () => undefined;
  return {
    acquire({ waitedMs }, attributes) {
      if (waitedMs !== undefined) wait.record(waitedMs / 1000, attributes);
    },
    release({ heldMs, outcome = "success" }, attributes) {
      if (heldMs !== undefined) task.record(heldMs / 1000, { ...attributes, "floodgate.outcome": outcome });
    },
    reject({ error }, attributes) {
      const { name = typeof error } = Object(error) as { name?: unknown };
      rejections.add(1, { ...attributes, "error.type": String(name) });
    },
    stall(_event, attributes) {
      stalls.add(1, attributes);
    },
    // For these two it is enough that the limiter was seen.
    wait: nothing,
    limit: nothing,
  } satisfies Record<string, Listener>;
}

function attributesOf(name = "unnamed"): Attributes {
  return { "floodgate.limiter.name": name };
}

/** What limiters say of themselves, as far as they do. */
interface Gauges {
  readonly name?: string | undefined;
  readonly active?: number;
  readonly waiting?: number;
  readonly capacity?: number;
}

/** Reads the limiters that were seen whenever metrics are collected. */
function observe(meter: MeterLike, seen: Seen): () => void {
  const gauge = (name: string, description: string, unit: string): Observed =>
    meter.createObservableUpDownCounter(`floodgate.limiter.${name}`, { description, unit });
  const gauges = {
    active: gauge("in_flight", "Permits that are out, by weight.", "{permit}"),
    waiting: gauge("waiting", "Tasks that wait for a permit.", "{task}"),
    capacity: gauge("limit", "Permits there are.", "{permit}"),
  };
  const callback: Observe = (result) => {
    for (const [name, sums] of seen.sums()) {
      for (const [key, instrument] of Object.entries(gauges)) {
        const value = sums[key as keyof typeof gauges];
        if (value !== undefined) result.observe(instrument as never, value, attributesOf(name));
      }
    }
  };
  const all = Object.values(gauges);
  meter.addBatchObservableCallback(callback, all);
  return () => meter.removeBatchObservableCallback(callback, all);
}

/** The limiters that did something, as long as somebody else keeps them. */
class Seen {
  readonly #known = new WeakSet<Limiter>();
  readonly #all = new Set<WeakRef<Limiter>>();

  add(limiter: Limiter): void {
    if (this.#known.has(limiter)) return;
    this.#known.add(limiter);
    this.#all.add(new WeakRef(limiter));
  }

  /** Their numbers, added up by name. Infinite ones say nothing. */
  sums(): Map<string | undefined, { [K in "active" | "waiting" | "capacity"]?: number }> {
    const sums: ReturnType<Seen["sums"]> = new Map();
    for (const ref of this.#all) {
      const limiter = ref.deref() as Gauges | undefined;
      if (!limiter) {
        this.#all.delete(ref);
        continue;
      }
      const sum = sums.get(limiter.name) ?? {};
      sums.set(limiter.name, sum);
      for (const key of ["active", "waiting", "capacity"] as const) {
        const value = limiter[key];
        if (value !== undefined && value < Infinity) sum[key] = (sum[key] ?? 0) + value;
      }
    }
    return sums;
  }
}
