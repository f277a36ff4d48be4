/** The one list of rules, in the order of the documentation. */
import type { RuleName } from "../analysis/index.ts";
import type { FloodgateRule } from "../eslint/create-rule.ts";
import noChunkedPromiseAll from "./no-chunked-promise-all.ts";
import noFloatingFanOut from "./no-floating-fan-out.ts";
import noIneffectiveLimiter from "./no-ineffective-limiter.ts";
import noRecursiveFanOut from "./no-recursive-fan-out.ts";
import noReentrantLimiter from "./no-reentrant-limiter.ts";
import noSleepThrottle from "./no-sleep-throttle.ts";
import noUnboundedPromiseAll from "./no-unbounded-promise-all.ts";
import noUnboundedQueue from "./no-unbounded-queue.ts";
import requireConcurrencyOption from "./require-concurrency-option.ts";
import requireReleaseInFinally from "./require-release-in-finally.ts";

export const rules: Readonly<Record<RuleName, FloodgateRule>> = {
  "no-unbounded-promise-all": noUnboundedPromiseAll,
  "no-floating-fan-out": noFloatingFanOut,
  "require-concurrency-option": requireConcurrencyOption,
  "no-recursive-fan-out": noRecursiveFanOut,
  "no-ineffective-limiter": noIneffectiveLimiter,
  "no-reentrant-limiter": noReentrantLimiter,
  "require-release-in-finally": requireReleaseInFinally,
  "no-chunked-promise-all": noChunkedPromiseAll,
  "no-unbounded-queue": noUnboundedQueue,
  "no-sleep-throttle": noSleepThrottle,
};
