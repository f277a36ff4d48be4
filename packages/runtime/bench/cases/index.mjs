import heap from "./heap.mjs";
import map from "./map.mjs";
import others from "./others.mjs";
import semaphore from "./semaphore.mjs";
import which from "./which.mjs";

/** The number table of the runtime's design, in its order; then what the guide compares. */
export const cases = [...map, ...heap, ...semaphore, ...others, ...which];
