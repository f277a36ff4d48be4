/** Limiters whose name says nothing, and whose type says it all. */
import { describe, expect, test } from "vitest";
import { analyseText, decisionIn, gateText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import type { DeclaredType } from "./facts.ts";
import { gatedCall } from "./gate.ts";

function gateIn(callback: string, given: Given): string {
  return gateText(decisionIn(`await Promise.all(items.map(${callback}));`, given).gate);
}

describe("the declared type of what is called", () => {
  const typed = (name: string, module: string | undefined): Given => ({
    facts: { declaredTypes: () => [{ name, module }] },
  });
  test.for([
    ["(x) => gateway(() => save(x))", "LimitFunction", "p-limit", "limiter gateway"],
    ["(x) => this_.jobs.add(() => save(x))", "PQueue", "p-queue", "limiter this_.jobs"],
    ["(x) => this_.jobs.add(() => save(x))", "default", "p-queue", "none"],
    ["(x) => this_.jobs.add(() => save(x))", "PQueue", undefined, "none"],
    ["(x) => this_.jobs.add(() => save(x))", "PQueue", "elsewhere", "none"],
    ["(x) => this_.jobs.add(x)", "PQueue", "p-queue", "none"],
    ["(x) => this_.jobs.clear(() => save(x))", "PQueue", "p-queue", "none"],
    ["(x) => this_.jobs.add(() => save(x))", "PQueue", "p-queue/dist/index", "limiter this_.jobs"],
    ["(x) => this_.jobs.add(() => save(x))", "PQueue", "p-queues", "none"],
    ["(x) => jobs()[0].add(() => save(x))", "PQueue", "p-queue", "limiter limiter"],
    ["(x) => this_.jobs.add(() => save(x), options)", "PQueue", "p-queue", "limiter this_.jobs"],
    ["(x) => gateway(x)", "LimitFunction", "p-limit", "none"],
    ["(x) => api.gateway(() => save(x))", "LimitFunction", "p-limit", "none"],
  ] as const)("%s with a %s of %s → %s", ([callback, name, module, gate]) => {
    expect(gateIn(callback, typed(name, module))).toBe(gate);
  });
});

test("one type of a union is enough", () => {
  const given = (...types: readonly string[]): Given => ({
    facts: { declaredTypes: () => types.map((name) => ({ name, module: "p-queue" })) },
  });
  const callback = "(x) => this_.jobs.add(() => save(x))";
  expect(gateIn(callback, given("Other", "PQueue"))).toBe("limiter this_.jobs");
  expect(gateIn(callback, given("Other"))).toBe("none");
});

test("is asked for only where a function is handed over", () => {
  const asked = (text: string) => {
    let times = 0;
    const declaredTypes = () => ((times += 1), []);
    const { code, node } = hereIn(text, { facts: { declaredTypes } });
    gatedCall(code, node);
    return times;
  };
  expect(asked("here(jobs.add(() => save(x)))")).toBe(1);
  expect(asked("here(gateway(() => save(x)))")).toBe(1);
  // A name says it already.
  expect(asked("here(queue.add(() => save(x)))")).toBe(0);
  expect(asked("here(jobs.add(x))")).toBe(0);
  expect(asked("here(jobs.clear(() => save(x)))")).toBe(0);
  expect(asked("here(gateway(x))")).toBe(0);
  expect(asked("here(gateway())")).toBe(0);
});

test("where it is unknown, it might be a limiter's: nothing is certain", () => {
  const certaintyWith = (...types: readonly DeclaredType[]) =>
    analyseText(
      "function all(rows: R[]) { return Promise.all(rows.map((x) => jobs.add(() => fetch(x)))); }",
      {
        facts: {
          thenable: () => "yes",
          returnsThenable: () => "yes",
          holdsThenables: () => "yes",
          size: () => ({ kind: "dynamic" }),
          declaredTypes: () => types,
        },
      },
    ).decisions.map(({ certainty }) => certainty);
  expect(certaintyWith()).toEqual(["likely"]);
  expect(certaintyWith({ name: "Jobs", module: "jobs" })).toEqual(["certain"]);
});

describe("a type that is written down", () => {
  test.for([
    ["import type { LimitFunction } from 'p-limit';", "LimitFunction", "() => save(x)", "provided"],
    ["import type { Options } from 'p-limit';", "Options", "() => save(x)", "nothing"],
    ["import type { LimitFunction } from './limits';", "LimitFunction", "() => save(x)", "nothing"],
    ["", "LimitFunction", "() => save(x)", "nothing"],
  ] as const)("%s provided: %s → %s is a task of %s", ([statement, type, task, name]) => {
    const { code, node } = hereIn(
      `${statement} function all(provided: ${type}) { return here(provided(${task})); }`,
    );
    expect(gatedCall(code, node)?.limiter.name ?? "nothing").toBe(name);
  });

  test.for([
    ["import { Piscina } from 'piscina';", "Piscina", "farm"],
    ["import { FixedQueue } from 'piscina';", "FixedQueue", "nothing"],
    ["import { Sema } from 'async-sema';", "Sema", "nothing"],
  ] as const)("%s farm: %s → %s runs its tasks", ([statement, type, name]) => {
    const { code, node } = hereIn(`${statement} function all(farm: ${type}) { return here(farm.run(x)); }`);
    expect(gatedCall(code, node)?.limiter.name ?? "nothing").toBe(name);
  });

  test("tells no capacity, and no place where it was made", () => {
    const { code, node } = hereIn(
      "import type Q from 'p-queue'; function all(jobs: Q) { here(jobs.add(x)); }",
    );
    expect(gatedCall(code, node)?.limiter).toMatchObject({
      name: "jobs",
      origin: "type",
      capacity: undefined,
      creation: undefined,
    });
  });
});
