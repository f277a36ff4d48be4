import heap from "./heap.mjs";
import map from "./map.mjs";
import others from "./others.mjs";
import semaphore from "./semaphore.mjs";

/** The number table of the runtime's design, in its order. */
export const cases = [...map, ...heap, ...semaphore, ...others];
