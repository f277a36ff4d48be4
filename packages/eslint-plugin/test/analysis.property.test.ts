/**
 * What holds for the analysis on every program: the catalogue's, and thousands that nobody would write.
 * More of them: `FLOODGATE_FUZZ=100000 npx vitest run --project packages analysis.property`.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasCandidates } from "../src/analysis/candidates.ts";
import { readCode } from "../src/analysis/code.ts";
import { findAdvice } from "../src/analysis/find-advice.ts";
import { findFanOuts } from "../src/analysis/find-fan-outs.ts";
import { findFloating } from "../src/analysis/find-floating.ts";
import { findMisuse } from "../src/analysis/find-misuse.ts";
import { findOptions } from "../src/analysis/find-options.ts";
import { findReleases } from "../src/analysis/find-release.ts";
import { analyse, mayHaveSites } from "../src/analysis/index.ts";
import type {
  Analysis,
  AnalysisInput,
  Answer,
  Finding,
  RemedyTarget,
  SizeFact,
  TypeFacts,
} from "../src/analysis/index.ts";
import { analyseText, applied, inputOf } from "./analyse-text.ts";
import type { Given } from "./analyse-text.ts";
import { catalogue } from "./catalogue/catalogue.ts";
import { commentedOf, mutantOf, randomOf } from "./mutants.ts";

const strict = { strictness: "strict", autofix: true } as const;
const target: RemedyTarget = {
  runtime: { specifier: "@floodgate/runtime", style: "import" },
  installed: {
    pLimit: { specifier: "p-limit", style: "import" },
    pMap: { specifier: "p-map", style: "import" },
  },
};

const snippets = catalogue.filter(({ code }) => !code.startsWith("#!"));
const given = (jsx: true | undefined): Given => ({ policy: strict, jsx: jsx === true });

/** Mutants that parse, ready for `analyse`. */
const wanted = Number(process.env["FLOODGATE_FUZZ"] ?? 2000);
/** What the catalogue has little of: limiters known by name only, helpers, members, comments. */
const handMade = [
  "async function f(x) { return await limit(save(x)); }",
  "async function save(x) { await fetch(x); }\nqueue.add(() => { save(x); });\nvoid rows.map(save);",
  "const jobs = new TaskQueue(2);\nfor (const row of rows) jobs.add(() => jobs.run(() => save(row)));",
  "class Api {\n  limit = createLimiter(4);\n  tasks = [];\n  add(x) { this.tasks.push(this.limit(() => fetch(x))); }\n  all() { return Promise.all(this.tasks); }\n}",
  "async function f(x) { const permit = await sema.acquire(); await save(x); if (x) return; permit.release(); }",
  "const tasks = [];\nfunction add(x) { tasks.push(save(x)); }\nfor (const row of rows) add(row);\nawait Promise.all(tasks);",
  "function* jobs() { for (const row of rows) yield save(row); }\nawait Promise.all(jobs());",
  "const workers = Array.from({ length: 5 }, async () => { for (let x = queue.shift(); x; x = queue.shift()) await save(x); });\nawait Promise.all(workers);",
  "// eslint-disable-next-line no-undef\nawait Promise.all(/* all */ rows.map((row) => save(row))); // done",
  "let active = 0;\nconst one = async (x) => { while (active >= 5) await turn(); active++; await save(x); active--; };\nawait Promise.all(rows.map(one));",
  "export async function f(rows: string[], kinds: Record<'a' | 'b', K>) { if (rows.length > 20) throw new Error(); await Promise.allSettled([...rows.map(load), ...Object.values(kinds).map((k) => k.warm())]); }",
  "stream.on('data', async (x) => { await save(x); });\nrows.forEach(async (x) => { await save(x); });\nfor (const x of rows) { save(x).catch(report); await sleep(5); }",
];
const plain = [...snippets.filter(({ jsx }) => jsx !== true).map(({ code }) => code), ...handMade];
function* mutants(seed: number, count: number): Generator<AnalysisInput> {
  const random = randomOf(seed);
  for (let made = 0; made < count;) {
    const mutant = mutantOf(plain[Math.floor(random() * plain.length)] ?? "", plain, random);
    const input = parsed(mutant);
    if (!input) continue;
    made++;
    yield input;
  }
}

/** What `analyse` takes, or undefined where the text does not parse. */
function parsed(text: string, jsx?: true): AnalysisInput | undefined {
  try {
    return inputOf(text, given(jsx));
  } catch {
    return undefined;
  }
}

const finders = [findMisuse, findReleases, findFanOuts, findFloating, findOptions, findAdvice];

/** What the finders find in a file that is said to hold no candidate. */
function overlooked(input: AnalysisInput): readonly string[] {
  const code = readCode(input);
  if (hasCandidates(code)) return [];
  return finders.flatMap((find) => find(code).map(({ rule, operation }) => `${rule} ${operation}`));
}

/** Every remedy of every finding, with the fix among them. */
const remediesIn = (analysis: Analysis) =>
  analysis.findings.flatMap((finding) => {
    const { fix, suggestions } = analysis.remedies(finding, target);
    return (fix ? [fix, ...suggestions] : suggestions).map((remedy) => ({ finding, remedy }));
  });

describe("on each program of the catalogue", () => {
  test.for(snippets.map((entry) => [entry.id, entry] as const))("%s", ([, { code, jsx }]) => {
    const analysis = analyseText(code, given(jsx));
    // A finding is plain data.
    for (const value of [analysis.findings, analysis.decisions])
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    // It stands in the file, in source order, once.
    const ids = analysis.findings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const starts = analysis.decisions.map(({ site }) => site.span.start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    for (const { site } of analysis.decisions) {
      for (const { start, end } of [site.span, site.whole]) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(code.length);
      }
    }
    // The prefilter never hides a site.
    expect(mayHaveSites(code, inputOf(code, given(jsx)).policy, false) || starts.length === 0).toBe(true);
    // Nor does the look at names alone that comes before the finders.
    expect(overlooked(inputOf(code, given(jsx)))).toEqual([]);
    expect(overlooked({ ...inputOf(code, given(jsx)), facts: oracle(1) })).toEqual([]);
    // Asking twice is asking once.
    expect(analyseText(code, given(jsx)).findings).toEqual(analysis.findings);
    expect(remediesIn(analysis)).toEqual(remediesIn(analysis));
  });
});

describe("every remedy of the catalogue", () => {
  const cases = snippets.flatMap(({ id, code, jsx }) =>
    remediesIn(analyseText(code, given(jsx))).map(({ finding, remedy }, index) => ({
      name: `${id} ${index} ${remedy.kind}`,
      code,
      jsx,
      finding,
      remedy,
    })),
  );

  test("there are some of most kinds", () => {
    const kinds = new Set(cases.map(({ remedy }) => remedy.kind));
    expect([...kinds].sort()).toEqual(
      ["bounded", "hoist", "limited", "map-limit", "option", "p-limit", "p-map", "release", "thunk"].sort(),
    );
  });

  test.for(cases)(
    "$name: parses, mends its site and says where the limit stands",
    ({ code, jsx, finding, remedy }) => {
      const output = applied(code, remedy.edits);
      expect(parsed(output, jsx), output).toBeDefined();
      expect(countOf(analyseText(output, given(jsx)).findings, finding), output).toBeLessThan(
        countOf(analyseText(code, given(jsx)).findings, finding),
      );
      if (remedy.limit) {
        const { edit, offset, length } = remedy.limit;
        expect(remedy.edits[edit]?.text.slice(offset, offset + length)).toMatch(/^\d+$/);
      }
      if (remedy.imports !== undefined) expect(output).toContain(remedy.imports);
      expect(JSON.parse(JSON.stringify(remedy))).toEqual(remedy);
    },
  );
});

/** Findings of the same rule about the same operation. */
const countOf = (findings: readonly Finding[], { site }: Finding) =>
  findings.filter((finding) => finding.site.rule === site.rule).length;

describe("comments", () => {
  test("no remedy loses one, wherever they stand", () => {
    const random = randomOf(7);
    let remedies = 0;
    for (const { code, jsx, id } of snippets) {
      if (jsx) continue;
      const text = commentedOf(code, random);
      const input = parsed(text);
      expect(input, text).toBeDefined();
      if (!input) continue;
      for (const { remedy } of remediesIn(analyse(input))) {
        const output = parsed(applied(text, remedy.edits));
        expect(commentsOf(output), `${id} ${remedy.kind}\n${text}`).toEqual(commentsOf(input));
        remedies++;
      }
    }
    expect(remedies).toBeGreaterThan(150);
  });
});

const commentsOf = (input: AnalysisInput | undefined) => input?.comments.map(({ value }) => value).sort();

describe("on programs that nobody would write", () => {
  test(
    `${wanted} of them: it never throws, results are plain data, remedies parse and lose no comment`,
    {
      timeout: 60_000 + wanted * 30,
    },
    () => {
      let findings = 0;
      let remedies = 0;
      const random = randomOf(3);
      for (const input of mutants(1, wanted)) {
        const { text } = input;
        let analysis: Analysis;
        try {
          analysis = analyse(input);
          const found = remediesIn(analysis);
          findings += analysis.findings.length;
          remedies += found.length;
          // One of them, by chance: parsing costs more than anything else here.
          const some = found[Math.floor(random() * found.length)];
          const output = some && applied(text, some.remedy.edits);
          if (output !== undefined && commentsOf(parsed(output))?.join() !== commentsOf(input)?.join())
            throw new Error(`${some?.remedy.kind ?? ""} does not parse, or loses a comment:\n${output}`);
        } catch (error) {
          throw new Error(`on\n${text}`, { cause: error });
        }
        expect(JSON.parse(JSON.stringify(analysis.findings)), text).toEqual(analysis.findings);
        if (analysis.decisions.length > 0) expect(mayHaveSites(text, input.policy, false), text).toBe(true);
        expect(overlooked(input), text).toEqual([]);
        expect(overlooked({ ...input, facts: oracle(remedies) }), text).toEqual([]);
      }
      // Most mutants still have something to say.
      expect(findings).toBeGreaterThan(wanted / 10);
      expect(remedies).toBeGreaterThan(wanted / 10);
    },
  );
});

/** Answers to every question about types, consistent for one seed. */
function oracle(seed: number): TypeFacts {
  const roll = (question: string, { range }: { readonly range: readonly [number, number] }) => {
    let hash = seed;
    for (const char of `${question} ${range.join()}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    return randomOf(hash)();
  };
  const answer =
    (question: string) =>
    (node: { readonly range: [number, number] }): Answer => {
      const value = roll(question, node);
      return value < 0.4 ? "no" : value < 0.8 ? "yes" : "unknown";
    };
  const size =
    (question: string) =>
    (node: { readonly range: [number, number] }): SizeFact => {
      const value = roll(question, node);
      if (value < 0.4) return { kind: "at-most", count: Math.floor(value * 10) };
      return { kind: value < 0.8 ? "dynamic" : "unknown" };
    };
  return {
    thenable: answer("thenable"),
    returnsThenable: answer("returnsThenable"),
    holdsThenables: answer("holdsThenables"),
    isArray: answer("isArray"),
    size: size("size"),
    keyCount: size("keyCount"),
    declaredTypes: (node) => {
      const value = roll("declaredTypes", node);
      if (value < 0.3) return [];
      if (value < 0.4) return [{ name: "LimitFunction", module: "p-limit" }];
      if (value < 0.5) return [{ name: "PQueue", module: "p-queue" }];
      if (value < 0.6) return [{ name: "DataLoader", module: "dataloader" }];
      if (value < 0.7) return [{ name: "Map", module: undefined }];
      return [{ name: "Client", module: "client" }];
    },
    importedFile: (specifier) => {
      const value = roll("importedFile", { range: [specifier.length, 0] });
      if (value < 0.5) return undefined;
      return {
        fileName: specifier,
        text: "import pLimit from 'p-limit'; const l = pLimit(2); export const limit = l; export default l; export const fetchLimited = (x) => l(() => fetch(x));",
      };
    },
  };
}

describe("certainty", () => {
  const withdrawn = (input: AnalysisInput, seeds: readonly number[]): readonly string[] => {
    const { strictness, autofix } = strict;
    const policy = { ...input.policy, strictness, autofix };
    const certain = analyse({ ...input, policy: { ...policy, report: "certain" } }).findings;
    if (certain.length === 0) return [];
    return seeds.flatMap((seed) => {
      const typed = new Set(analyse({ ...input, policy, facts: oracle(seed) }).findings.map(({ id }) => id));
      return certain.filter(({ id }) => !typed.has(id)).map(({ id }) => `${id} in\n${input.text}`);
    });
  };

  const programs = plain.flatMap((code) => parsed(code) ?? []);

  test("no answer about types withdraws a certain finding", () => {
    fc.assert(
      fc.property(fc.constantFrom(...programs), fc.integer(), (input, seed) => {
        expect(withdrawn(input, [seed])).toEqual([]);
      }),
      { seed: 1, numRuns: wanted },
    );
  });

  test("nor on programs that nobody would write", { timeout: 60_000 + wanted * 30 }, () => {
    let seed = 0;
    for (const input of mutants(2, wanted / 4))
      expect(withdrawn(input, [++seed, ++seed, ++seed, ++seed])).toEqual([]);
  });
});
