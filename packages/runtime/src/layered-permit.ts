import type { Outcome, Permit } from "./limiter.ts";

/** One permit made of several: giving it back gives all back, the last one first. */
export class LayeredPermit implements Permit {
  #layers: readonly Permit[] | undefined;
  readonly #onRelease: (() => void) | undefined;
  readonly within?: <A extends unknown[], R>(task: (...args: A) => R, ...args: A) => R;

  constructor(layers: readonly Permit[], onRelease?: () => void) {
    this.#layers = layers;
    this.#onRelease = onRelease;
    if (layers.some((layer) => layer.within !== undefined)) {
      this.within = (task, ...args) =>
        layers.reduce(
          (run, layer) => () => (layer.within ? layer.within(run) : run()),
          () => task(...args),
        )();
    }
  }

  release(outcome?: Outcome): void {
    const layers = this.#layers;
    if (!layers) throw releasedTwice();
    this.#layers = undefined;
    for (const layer of [...layers].reverse()) layer.release(outcome);
    this.#onRelease?.();
  }

  [Symbol.dispose](): void {
    if (this.#layers) this.release("ignore");
  }
}

export function releasedTwice(): Error {
  return new Error("This permit was released before.");
}
