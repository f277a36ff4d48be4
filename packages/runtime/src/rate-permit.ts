import { isHeard, onRelease, since, startOf } from "./diagnostics.ts";
import { releasedTwice } from "./layered-permit.ts";
import type { Limiter, Outcome, Permit } from "./limiter.ts";

/** The right to start a task. Nothing comes back with it: its release is for those that listen. */
export class RatePermit implements Permit {
  readonly #limiter: Limiter & { readonly name: string | undefined };
  readonly #weight: number;
  readonly #start = startOf(onRelease);
  #released = false;

  constructor(limiter: Limiter & { readonly name: string | undefined }, weight: number) {
    this.#limiter = limiter;
    this.#weight = weight;
  }

  release(outcome: Outcome = "success"): void {
    if (this.#released) throw releasedTwice();
    this.#released = true;
    if (!isHeard(onRelease)) return;
    const limiter = this.#limiter;
    const heldMs = since(this.#start);
    onRelease.publish({ limiter, name: limiter.name, weight: this.#weight, outcome, heldMs });
  }

  [Symbol.dispose](): void {
    if (!this.#released) this.release("ignore");
  }
}
