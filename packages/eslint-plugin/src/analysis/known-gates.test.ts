/** Each limiter of the table, imported, made and used in every way it offers, keeps its site silent. */
import { describe, expect, test } from "vitest";
import { analyseText, decisionIn, gateText } from "../../test/analyse-text.ts";
import { knownLimiters } from "./known-gates.ts";
import type { KnownLimiter } from "./known-gates.ts";

/** One module for each pattern of the table. */
const modules: readonly string[] = ["@floodgate/runtime", "es-toolkit", "bottleneck"];
const moduleOf = ({ module }: KnownLimiter): string =>
  typeof module === "string" ? module : (modules.find((name) => module.test(name)) ?? "none");

/** `import` and the callee: `import { Cluster } from "puppeteer-cluster"` and `Cluster.launch`. */
function imported(known: KnownLimiter): readonly [statement: string, callee: string] {
  const from = `from "${moduleOf(known)}";`;
  const [root = "", ...rest] = known.name.split(".");
  return root === "default"
    ? [`import Made ${from}`, ["Made", ...rest].join(".")]
    : [`import { ${root} } ${from}`, known.name];
}

const isClass = ({ name, type }: KnownLimiter) =>
  /^[A-Z][A-Za-z]*$/.test(name) || (type !== undefined && /^(PQueue|Bottleneck)$/.test(type));

/** The arguments that allow seven at once, with `save` where the factory wants the function. */
function argumentsOf({ capacity, wraps }: KnownLimiter): string {
  if (typeof capacity === "object") return `{ ${capacity.option}: 7 }`;
  const args: string[] = [];
  if (capacity !== undefined) args[capacity] = "7";
  if (wraps !== undefined && wraps >= 0) args[wraps] = "save";
  // A hole is an argument that does not matter.
  return Array.from(args, (argument: string | undefined) => argument ?? "work").join(", ");
}

interface Use {
  readonly use: string;
  readonly known: KnownLimiter;
  readonly text: string;
}

/** Every way the table says a limiter can be used, as a file with one fan-out. */
function usesOf(known: KnownLimiter): readonly Use[] {
  const [statement, callee] = imported(known);
  const creation = `${isClass(known) ? "new " : ""}${callee}(${argumentsOf(known)})`;
  const site = (callback: string) => `await Promise.all(items.map(${callback}));`;
  const uses: Use[] = [];
  const add = (use: string, ...lines: readonly string[]) =>
    uses.push({ use, known, text: [statement, ...lines].join("\n") });
  if (known.wraps === -1) {
    add("(save)", `const slow = ${callee}({ limit: 2 })(save);`, site("(x) => slow(x)"));
    add(
      "then (save)",
      `const throttle = ${callee}({ limit: 2 });\nconst slow = throttle(save);`,
      site("slow"),
    );
    return uses;
  }
  if (known.wraps !== undefined)
    add("wraps", `const slow = ${callee}(${argumentsOf({ ...known })});`, site("slow"));
  if (known.wraps !== undefined && known.callable === undefined) return uses;
  const made = `const made = ${known.name === "Cluster.launch" ? "await " : ""}${creation.replace(", save", "")};`;
  if (known.callable) add("called", made, site("(x) => made(() => save(x))"));
  for (const method of known.run ?? []) {
    const handed = method === "map" ? "x.parts, save" : "() => save(x)";
    add(method, made, site(`(x) => made.${method}(${handed})`));
  }
  if (known.run?.length === 0) add("any method", made, site("(x) => made.transform(x)"));
  for (const method of known.acquire ?? [])
    add(method, made, site(`async (x) => { await made.${method}(); await save(x); }`));
  for (const method of known.wrap ?? [])
    add(method, made, `const slow = made.${method}(save);`, site("slow"));
  return uses;
}

const uses = knownLimiters.flatMap(usesOf);
const label = ({ known, use }: Use) => `${moduleOf(known)} ${known.name}: ${use}`;

test("every entry can be used", () => {
  const unused = knownLimiters.filter((known) => usesOf(known).length === 0);
  expect(unused).toEqual([]);
  expect(uses.length).toBeGreaterThan(knownLimiters.length);
});

describe.for(uses.map((use) => [label(use), use] as const))("%s", ([, { known, text }]) => {
  const decision = decisionIn(text);

  test("is silent, because a limiter is in place", () => {
    expect(decision.gate).toMatchObject({ kind: "limiter" });
    expect(decision.verdict).toEqual({ kind: "silent", because: "a limiter is in place" });
  });

  test("has the capacity that stands in its creation, or that of the library", () => {
    const expected = known.capacity === undefined ? known.fallback : 7;
    expect(decision.gate.kind === "limiter" && decision.gate.capacity).toBe(expected);
  });

  test("is no limiter when it comes from somewhere else", () => {
    const elsewhere = text
      .replace(/from ".*";/, 'from "elsewhere";')
      .replaceAll(/\bmade\b|\bslow\b/g, "thing");
    const { gate } = decisionIn(elsewhere);
    expect(gate.kind === "limiter" && gate.capacity !== undefined).toBe(false);
  });
});

describe("capacities", () => {
  const capacityIn = (text: string) => {
    const site = "\nawait Promise.all(items.map((x) => made.add(() => save(x))));";
    const decisions = analyseText(text + site).decisions.filter(
      ({ site: { operation } }) => operation === "Promise.all",
    );
    return decisions.map(({ gate }) => gateText(gate)).join();
  };
  test.for([
    ['import Q from "p-queue"; const made = new Q({ concurrency: 4 });', "limiter made 4"],
    ['import Q from "p-queue"; const made = new Q();', "limiter made Infinity"],
    ['import Q from "p-queue"; const made = new Q({ autoStart: true });', "limiter made Infinity"],
    ['import Q from "p-queue"; const made = new Q({ concurrency: n });', "limiter made"],
    ['import Q from "p-queue"; const made = new Q(options);', "limiter made"],
    ['import Q from "p-queue"; const made = new Q({ ...options });', "limiter made"],
    ['import Q from "p-queue"; const made = new Q({ ...options, concurrency: 2 });', "limiter made 2"],
    ['import Q from "promise-queue"; const made = new Q(3, 100);', "limiter made 3"],
    ['import Q from "promise-queue"; const made = new Q();', "limiter made Infinity"],
  ] as const)("%s → %s", ([text, gate]) => {
    expect(capacityIn(text)).toBe(gate);
  });

  test("p-limit takes an options object as well", () => {
    const text = `import pLimit from "p-limit"; const limit = pLimit({ concurrency: 3 });
      await Promise.all(items.map((x) => limit(() => save(x))));`;
    expect(gateText(decisionIn(text).gate)).toBe("limiter limit 3");
  });
});
