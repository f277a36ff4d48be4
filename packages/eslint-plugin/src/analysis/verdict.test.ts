/** The verdict table: total, and each row is reached. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bound, Effect, Gate, Verdict } from "./model.ts";
import { defaultPolicy } from "./policy.ts";
import { judge, outweighs, verdictTable } from "./verdict.ts";

const span = { start: 0, end: 1 };
const exact = (count: number): Bound => ({ kind: "exact", count });
const fixed = (count: number): Bound => ({ kind: "at-most", count, by: "static" });
const windowed = (count: number): Bound => ({ kind: "at-most", count, by: "window" });
const any: Bound = { kind: "unbounded", source: span, text: "items", why: "nothing limits its length" };
const limitLike: Bound = { kind: "limit-like", name: "batchSize", span };
const coded: Bound = { kind: "coded", name: "PLUGINS", span, why: "it is a constant" };
const page: Bound = { kind: "page", span };
const unseen: Bound = { kind: "unknown", reason: "it is defined by itself" };

const none: Gate = { kind: "none" };
const pool: Gate = { kind: "pool", span };
const connection: Gate = { kind: "connection", name: "tx", span };
const lookalike: Gate = { kind: "lookalike", name: "fetchLimited", span };
const partial: Gate = { kind: "partial", name: "queue", span };
const limiter = (capacity?: number): Gate => ({
  kind: "limiter",
  name: "limit",
  span,
  ...(capacity !== undefined && { capacity }),
});

const work: Effect = { kind: "starts", what: "save", span };
const light: Effect = { kind: "light", what: "crypto.subtle.digest", span };
const handed: Effect = { kind: "handed", what: "fn", span };
const releases: Effect = { kind: "releases", what: "crypto.subtle.digest", span };
const own: Effect = { kind: "own", what: "page.evaluate", span };
const opaque: Effect = { kind: "opaque", what: "page.render", span };
const hidden: Effect = { kind: "hidden", what: "buildJobs", span };
const idle = (why: Extract<Effect, { kind: "none" }>["why"]): Effect => ({ kind: "none", why });
const dark: Effect = { kind: "unknown", reason: "it is a proxy" };

type Case = readonly [bound: Bound, gate: Gate, effect: Effect, verdict: Verdict["kind"], because: string];

/** The thresholds are those of the default policy: 32 known, 100 at once. */
const cases: readonly Case[] = [
  [any, none, idle("sync"), "silent", "nothing is started"],
  [any, none, idle("join"), "silent", "it joins work that runs already"],
  [any, none, idle("batched"), "silent", "the calls are batched, single or one after another"],
  [any, none, idle("sequential"), "silent", "the calls are batched, single or one after another"],
  [any, none, idle("single"), "silent", "the calls are batched, single or one after another"],
  [any, none, dark, "silent", "what happens here cannot be seen"],
  [unseen, none, work, "silent", "what happens here cannot be seen"],
  [exact(0), none, work, "silent", "the number is fixed and small"],
  [exact(32), none, work, "silent", "the number is fixed and small"],
  [exact(33), none, work, "strict", "the number is fixed, but not small"],
  [fixed(32), none, work, "silent", "the number is fixed and small"],
  [fixed(33), none, work, "strict", "the number is fixed, but not small"],
  [fixed(100), none, work, "strict", "the number is fixed, but not small"],
  [fixed(101), none, work, "report", "the number is known, and too large"],
  [windowed(32), none, work, "silent", "the code itself caps the number"],
  [windowed(100), none, work, "silent", "the code itself caps the number"],
  [windowed(101), none, work, "strict", "the author chose the number, and it is large"],
  [windowed(1000), none, work, "strict", "the author chose the number, and it is large"],
  [windowed(1001), none, work, "report", "the number is known, and too large"],
  [any, limiter(), work, "silent", "a limiter is in place"],
  [any, limiter(100), work, "silent", "a limiter is in place"],
  [any, limiter(101), work, "strict", "the limiter allows too many"],
  [any, limiter(Infinity), work, "strict", "the limiter allows too many"],
  [fixed(33), limiter(5), work, "silent", "a limiter is in place"],
  [any, pool, work, "silent", "a hand-written pool is in place"],
  [any, partial, work, "strict", "a limiter runs a part of it, and the rest may be nothing to limit"],
  [any, connection, work, "strict", "one connection runs them one by one, but all of them wait in memory"],
  [any, lookalike, work, "strict", "only a name says that there is a limit"],
  [exact(33), lookalike, work, "strict", "only a name says that there is a limit"],
  [limitLike, none, work, "strict", "the limit's value cannot be seen"],
  [coded, none, work, "strict", "the program's own code lists them, and that is rarely long"],
  [page, none, work, "strict", "the page size is somebody else's"],
  [any, none, hidden, "strict", "where the promises are started cannot be seen"],
  [any, none, light, "strict", "the work holds no socket, file or connection"],
  [any, none, releases, "strict", "it gives back what is held already"],
  [any, none, own, "strict", "each element does its own work, and who holds live objects holds few"],
  [any, none, opaque, "strict", "nothing shows that it is more than a promise"],
  [any, none, handed, "strict", "what is done, and to how many, is the caller's choice"],
  [any, none, work, "report", "nothing limits the number"],
];

describe("judge", () => {
  test.for(cases.map((row) => [JSON.stringify(row.slice(0, 3)), ...row] as const))(
    "%s",
    ([, bound, gate, effect, kind, because]) => {
      expect(judge(bound, gate, effect, defaultPolicy)).toEqual({ kind, because });
    },
  );

  test("each row of the table is reached by a case", () => {
    const reached = new Set(
      cases.map(([bound, gate, effect]) =>
        verdictTable.findIndex(({ holds }) => holds({ bound, gate, effect, policy: defaultPolicy })),
      ),
    );
    expect([...reached].sort((a, b) => a - b)).toEqual(verdictTable.map((_, index) => index));
  });

  test("each row says when it holds, in words of its own", () => {
    const words = verdictTable.map(({ when }) => when);
    expect(words).not.toContain("");
    expect(new Set(words).size).toBe(words.length);
  });

  test("the thresholds are the policy's", () => {
    const policy = { ...defaultPolicy, maxKnownSize: 5, maxConcurrency: 8 };
    const kindOf = (bound: Bound) => judge(bound, none, work, policy).kind;
    expect([exact(5), exact(6)].map(kindOf)).toEqual(["silent", "strict"]);
    expect([fixed(5), fixed(8), fixed(9)].map(kindOf)).toEqual(["silent", "strict", "report"]);
    expect([windowed(8), windowed(80), windowed(81)].map(kindOf)).toEqual(["silent", "strict", "report"]);
    expect(judge(any, limiter(8), work, policy).kind).toBe("silent");
    expect(judge(any, limiter(9), work, policy).kind).toBe("strict");
  });
});

const count = fc.nat({ max: 300 });
const bounds: fc.Arbitrary<Bound> = fc.oneof(
  count.map(exact),
  count.map(fixed),
  count.map(windowed),
  fc.constantFrom(any, limitLike, coded, page, unseen),
);
const gates: fc.Arbitrary<Gate> = fc.oneof(
  fc.option(count, { nil: undefined }).map(limiter),
  fc.constantFrom(none, pool, partial, connection, lookalike),
);
const effects: fc.Arbitrary<Effect> = fc.constantFrom(
  work,
  light,
  hidden,
  opaque,
  dark,
  ...(["sync", "join", "batched", "sequential", "single"] as const).map(idle),
);
const policies = fc
  .record({ maxKnownSize: count, maxConcurrency: fc.integer({ min: 1, max: 300 }) })
  .map((thresholds) => ({ ...defaultPolicy, ...thresholds }));

describe("for every bound, gate, effect and policy", () => {
  const check = (
    predicate: (bound: Bound, gate: Gate, effect: Effect, policy: typeof defaultPolicy) => void,
  ) => {
    fc.assert(fc.property(bounds, gates, effects, policies, predicate), { seed: 1, numRuns: 2000 });
  };

  test("there is a verdict, and it is a row's", () => {
    check((...given) => {
      const { kind, because } = judge(...given);
      expect(verdictTable.map((row) => `${row.verdict} ${row.because}`)).toContain(`${kind} ${because}`);
    });
  });

  test("what starts nothing is never reported", () => {
    check((bound, gate, effect, policy) => {
      if (effect.kind === "none") expect(judge(bound, gate, effect, policy).kind).toBe("silent");
    });
  });

  test("what is not understood is never reported", () => {
    check((bound, gate, effect, policy) => {
      if (effect.kind === "unknown" || bound.kind === "unknown")
        expect(judge(bound, gate, effect, policy).kind).toBe("silent");
    });
  });

  test("a gate never makes it worse", () => {
    check((bound, gate, effect, policy) => {
      const without = judge(bound, none, effect, policy);
      expect(outweighs(judge(bound, gate, effect, policy), without) && without.kind !== "silent").toBe(false);
    });
  });

  test("higher thresholds never report more", () => {
    check((bound, gate, effect, policy) => {
      const generous = {
        ...policy,
        maxKnownSize: policy.maxKnownSize + 10,
        maxConcurrency: policy.maxConcurrency + 10,
      };
      expect(outweighs(judge(bound, gate, effect, generous), judge(bound, gate, effect, policy))).toBe(false);
    });
  });
});

test("report outweighs strict, which outweighs silent", () => {
  const [report, strict, silent] = (["report", "strict", "silent"] as const).map((kind) => ({
    kind,
    because: "",
  }));
  if (!report || !strict || !silent) throw new Error("three verdicts");
  expect(outweighs(report, strict)).toBe(true);
  expect(outweighs(strict, silent)).toBe(true);
  expect(outweighs(strict, strict)).toBe(false);
  expect(outweighs(silent, report)).toBe(false);
});
