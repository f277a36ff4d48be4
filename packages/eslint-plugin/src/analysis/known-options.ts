/** Library calls that run everything at once unless told otherwise: measured, peak in flight of 50 tasks. */

import { runtimeModule } from "./known-gates.ts";

export interface KnownCall {
  readonly module: string | RegExp;
  readonly name: string | RegExp;
  /** Index of the collection among the arguments; undefined for constructors and operators. */
  readonly collection?: number;
  /** The option, and the index of the options object. */
  readonly option?: { readonly name: string; readonly index: number };
  /** The limit is an argument of its own: `mergeMap(fn, 4)`. */
  readonly position?: number;
  /** What that argument is called, where it is not `concurrent`. */
  readonly argument?: string;
  /** Index of the task function, where the call takes one. */
  readonly task?: number;
  /** Only the strict preset reports it. */
  readonly strict?: true;
  /** `new PQueue()` */
  readonly construct?: true;
  /** Reported only when the option says unbounded: the default is 1. */
  readonly boundedByDefault?: true;
  /** What the tasks return is no promise, but starts work all the same: an observable, an Effect. */
  readonly lazy?: true;
  /** There is another function for it: `eachLimit` for `each`. */
  readonly instead?: string;
  /** An option that limits the rate, not the concurrency: only strict reports. */
  readonly rateOption?: string;
}

const asyncCollections =
  /^(default\.)?(each|eachOf|forEach|forEachOf|map|mapValues|filter|reject|concat|detect|some|every|sortBy|groupBy)$/;

export const knownCalls: readonly KnownCall[] = [
  { module: "p-map", name: "default", collection: 0, task: 1, option: { name: "concurrency", index: 2 } },
  {
    module: "p-map",
    name: "pMapIterable",
    collection: 0,
    task: 1,
    option: { name: "concurrency", index: 2 },
  },
  { module: "p-filter", name: "default", collection: 0, task: 1, option: { name: "concurrency", index: 2 } },
  { module: "p-all", name: "default", collection: 0, option: { name: "concurrency", index: 1 } },
  { module: "p-props", name: "default", collection: 0, task: 1, option: { name: "concurrency", index: 2 } },
  { module: "p-times", name: "default", collection: 0, task: 1, option: { name: "concurrency", index: 2 } },
  {
    module: "p-queue",
    name: /^(default|PQueue)$/,
    construct: true,
    option: { name: "concurrency", index: 0 },
    rateOption: "intervalCap",
  },
  {
    module: /^bottleneck/,
    name: "default",
    construct: true,
    option: { name: "maxConcurrent", index: 0 },
    rateOption: "minTime",
  },
  {
    module: /^bluebird(-lst)?$/,
    name: /^(map|filter)$/,
    collection: 0,
    task: 1,
    option: { name: "concurrency", index: 2 },
  },
  {
    module: runtimeModule,
    name: /^(mapLimit|mapLimitSettled|forEachLimit|streamLimit)$/,
    collection: 0,
    task: 2,
    position: 1,
    argument: "concurrency",
  },
  {
    module: "async",
    name: /^(default\.)?(each|eachOf|forEach|forEachOf|map|mapValues|filter|reject|concat|groupBy)Limit$/,
    collection: 0,
    task: 2,
    position: 1,
    argument: "limit",
  },
  { module: "async", name: asyncCollections, collection: 0, task: 1, instead: "Limit" },
  { module: "async", name: "parallel", collection: 0, instead: "Limit" },
  {
    module: /^async\/(each|eachOf|forEach|forEachOf|map|mapValues|filter|reject|concat|parallel)$/,
    name: /^(default|\*)$/,
    collection: 0,
    task: 1,
    instead: "Limit",
  },
  {
    module: /^es-toolkit/,
    name: /^(mapAsync|forEachAsync|filterAsync|flatMapAsync)$/,
    collection: 0,
    task: 1,
    option: { name: "concurrency", index: 2 },
  },
  {
    module: /^@rushstack\/node-core-library/,
    name: /^Async\.(mapAsync|forEachAsync)$/,
    collection: 0,
    task: 1,
    option: { name: "concurrency", index: 2 },
  },
  { module: /^rxjs/, lazy: true, name: "forkJoin", collection: 0 },
  { module: /^rxjs/, lazy: true, name: /^(mergeMap|flatMap)$/, task: 0, position: 1, strict: true },
  { module: /^rxjs/, lazy: true, name: "mergeAll", position: 0, strict: true },
  {
    module: /^effect/,
    lazy: true,
    name: "Effect.forEach",
    collection: 0,
    task: 1,
    option: { name: "concurrency", index: 2 },
    boundedByDefault: true,
  },
  {
    module: /^effect/,
    lazy: true,
    name: "Effect.all",
    collection: 0,
    option: { name: "concurrency", index: 1 },
    boundedByDefault: true,
  },
];
