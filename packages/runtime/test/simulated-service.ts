import { TimeoutError, type Limiter } from "../src/index.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** How a simulated service behaves. Times are in milliseconds of a virtual clock. */
export interface Behaviour {
  /** What one call takes, once it is its turn; give or take 30 %, unless `spread` says otherwise. */
  readonly callMs?: number;
  /** `"exponential"`: many calls are short and a few very long, with the same mean. */
  readonly spread?: "exponential";
  /** How many calls may wait inside; more get a 429 at once. */
  readonly queue: number;
  /** After this the caller gives up; the service works on all the same. */
  readonly timeoutMs?: number;
  /** The share of calls that get a 429 whatever the load. */
  readonly always429?: number;
}

/** A service that works on `capacity` calls at a time. Chance is the same in each run. */
export class SimulatedService {
  readonly #time: VirtualTime;
  #capacity: number;
  readonly #behaviour: Behaviour;
  readonly #line: (() => void)[] = [];
  #working = 0;
  #seed = 1;

  constructor(time: VirtualTime, capacity: number, behaviour: Behaviour) {
    this.#time = time;
    this.#capacity = capacity;
    this.#behaviour = behaviour;
  }

  set capacity(capacity: number) {
    this.#capacity = capacity;
    this.#work();
  }

  /** Resolves, or rejects with an error of status 429, or with a `TimeoutError`. */
  call(): Promise<void> {
    const { queue, timeoutMs = 1000, always429 = 0 } = this.#behaviour;
    return new Promise((resolve, reject) => {
      if (this.#line.length >= queue || (always429 > 0 && this.#random() < always429)) {
        this.#time.after(5, () => {
          reject(Object.assign(new Error("too many requests"), { status: 429 }));
        });
        return;
      }
      this.#time.after(timeoutMs, () => {
        reject(new TimeoutError(timeoutMs));
      });
      this.#line.push(resolve);
      this.#work();
    });
  }

  #work(): void {
    while (this.#working < this.#capacity) {
      const done = this.#line.shift();
      if (!done) return;
      this.#working++;
      this.#time.after(this.#durationMs(), () => {
        this.#working--;
        done();
        this.#work();
      });
    }
  }

  #durationMs(): number {
    const { callMs = 100, spread } = this.#behaviour;
    const chance = this.#random();
    return callMs * (spread === "exponential" ? -Math.log(1 - chance) : 0.7 + 0.6 * chance);
  }

  /** From 0 to below 1: the generator of the C standard's example. */
  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return this.#seed / 0x8000_0000;
  }
}

/** What came of one stretch of time, its first half left out, in which the limiter may settle. */
export interface Stretch {
  /** Calls that succeeded, as a share of what the service can do. */
  readonly throughput: number;
  /** The share of calls that were turned away or timed out. */
  readonly overload: number;
  /** Tasks in flight at most, as the limiter had it. */
  readonly lowest: number;
  readonly highest: number;
}

/** How hard a service is pressed, and for how long. */
export interface Pressure {
  /** Calls in flight at most, if nothing limited them. Default 400. */
  readonly callers?: number;
  /** How long each capacity lasts, in milliseconds. Default 20 000. */
  readonly stretchMs?: number;
}

/** Many callers press on a service through a limiter, while the capacity of the service changes. */
export async function press(
  time: VirtualTime,
  limiter: Limiter,
  capacities: readonly number[],
  behaviour: Behaviour,
  { callers = 400, stretchMs = 20_000 }: Pressure = {},
): Promise<Stretch[]> {
  const service = new SimulatedService(time, capacities[0] ?? 1, behaviour);
  let succeeded = 0;
  let failed = 0;
  let over = false;
  const caller = async (): Promise<void> => {
    while (!over) {
      try {
        await limiter.run(() => service.call());
        succeeded++;
      } catch {
        failed++;
      }
    }
  };
  for (let i = 0; i < callers; i++) void caller();
  const stretches: Stretch[] = [];
  for (const capacity of capacities) {
    service.capacity = capacity;
    await time.advance(stretchMs / 2);
    succeeded = failed = 0;
    const limits: number[] = [];
    for (let ms = 0; ms < stretchMs / 2; ms += 100) {
      await time.advance(100);
      limits.push(limiter.capacity);
    }
    const possible = (capacity * stretchMs) / 2 / (behaviour.callMs ?? 100);
    stretches.push({
      throughput: succeeded / possible,
      overload: failed / (succeeded + failed),
      lowest: Math.min(...limits),
      highest: Math.max(...limits),
    });
  }
  over = true;
  return stretches;
}
