/** The back ends give the same answers, about every expression, whichever TypeScript the project has. */
import {
  mkdirSync,
  mkdtempSync,
  cpSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  readFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { visitorKeys } from "@typescript-eslint/visitor-keys";
import type { TSESTree } from "@typescript-eslint/types";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spanOf, type TypeFacts } from "eslint-plugin-floodgate/analysis";
import { loadNativeParser } from "../parse-native.ts";
import type { TypeBackEnd } from "./back-end.ts";
import { openBackEnd, type TypesChoice } from "./locate.ts";

const fixture = join(import.meta.dirname, "../../../test/fixtures/types");
const require = createRequire(import.meta.url);
let scratch: string;

/** A copy of the fixture project in which `typescript` is the given one. */
function projectWith(name: "typescript" | "typescript-7" | "typescript-7.1"): string {
  const folder = mkdtempSync(join(scratch, `${name}-`));
  mkdirSync(join(folder, "node_modules"));
  cpSync(fixture, folder, { recursive: true });
  symlinkSync(
    dirname(require.resolve(`${name}/package.json`)),
    join(folder, "node_modules/typescript"),
    "junction",
  );
  return folder;
}

async function open(folder: string, choice: TypesChoice = "auto", overlays = true): Promise<TypeBackEnd> {
  const answer = await openBackEnd({ folder, choice, trusted: true, overlays });
  if (answer.kind === "none") throw new Error(answer.why);
  return answer.backEnd;
}

beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-types-")));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const { parser } = loadNativeParser();

/** Every question about every expression of a text, as lines. */
function everyAnswer(facts: TypeFacts, text: string): string[] {
  const result = parser.parse(text, "ts", "module");
  if (result.kind !== "parsed") throw new Error(result.message);
  const lines: string[] = [];
  const visit = (node: TSESTree.Node) => {
    // Names of types are no expressions: nothing is asked about them.
    if (/^TS(?!AsExpression|NonNull)/.test(node.type)) return;
    if (/Expression$|^Identifier$/.test(node.type) && !/^TS/.test(node.type)) {
      const { start, end } = spanOf(node);
      const code = text.slice(start, end).replace(/\s+/g, " ").slice(0, 60);
      for (const method of [
        "thenable",
        "returnsThenable",
        "holdsThenables",
        "size",
        "keyCount",
        "isArray",
      ] as const)
        lines.push(`${start} ${code} | ${method}: ${JSON.stringify(facts[method](node))}`);
      const declared = facts.declaredTypes(node).map(({ name, module }) => `${module ?? ""}#${name}`);
      lines.push(`${start} ${code} | declaredTypes: ${declared.sort().join(" ")}`);
    }
    for (const key of visitorKeys[node.type] ?? []) {
      const value = (node as unknown as Record<string, unknown>)[key];
      for (const child of Array.isArray(value) ? value : [value])
        if (typeof child === "object" && child !== null && "type" in child) visit(child as TSESTree.Node);
    }
  };
  visit(result.ast);
  return lines;
}

function factsFrom(backEnd: TypeBackEnd, fileName: string, text?: string): TypeFacts {
  const answer = backEnd.factsOf(fileName, text);
  if (answer.kind === "none") throw new Error(answer.why);
  return answer.facts;
}

describe.each([
  ["typescript-7", /^TypeScript 7\.0\./],
  ["typescript-7.1", /^TypeScript 7\.1\./],
] as const)("TypeScript 6 and %s", (newer, itsName) => {
  const text = readFileSync(join(fixture, "src/questions.ts"), "utf8");
  let six: TypeBackEnd;
  let seven: TypeBackEnd;
  let folders: readonly [string, string];

  beforeAll(async () => {
    folders = [projectWith("typescript"), projectWith(newer)];
    six = await open(folders[0]);
    seven = await open(folders[1]);
  });
  afterAll(() => {
    six.dispose();
    seven.dispose();
  });

  test("are found by what the project has installed", () => {
    expect(six.name).toMatch(/^TypeScript 6\./);
    expect(seven.name).toMatch(itsName);
  });

  test("answer every question about every expression alike", () => {
    const expected = everyAnswer(factsFrom(six, join(folders[0], "src/questions.ts")), text);
    expect(everyAnswer(factsFrom(seven, join(folders[1], "src/questions.ts")), text)).toEqual(expected);
    expect(expected.filter((line) => !/unknown|declaredTypes: $/.test(line)).length).toBeGreaterThan(300);
  });

  test.for([[0], [1]] as const)("read an imported file of the project (%i)", ([which]) => {
    const backEnd = which === 0 ? six : seven;
    const facts = factsFrom(backEnd, join(folders[which], "src/questions.ts"));
    expect(facts.importedFile("./regions.js")).toEqual({
      fileName: join(folders[which], "src/regions.ts"),
      text: readFileSync(join(fixture, "src/regions.ts"), "utf8"),
    });
    expect(facts.importedFile("p-limit")).toBeUndefined();
  });

  test.for([[0], [1]] as const)("answer about the text on screen, not the one on disk (%i)", ([which]) => {
    const backEnd = which === 0 ? six : seven;
    const file = join(folders[which], "src/questions.ts");
    const edited = text.replace("declare const ids: string[];", "declare const ids: [string];");
    const sizes = (lines: string[]) =>
      lines.filter((line) => /^\d+ ids \| size/.test(line)).map((line) => line.split("size: ")[1]);
    expect(new Set(sizes(everyAnswer(factsFrom(backEnd, file, edited), edited)))).toEqual(
      new Set(['{"kind":"at-most","count":1}']),
    );
    expect(new Set(sizes(everyAnswer(factsFrom(backEnd, file, text), text)))).toEqual(
      new Set(['{"kind":"dynamic"}']),
    );
  });

  test.for([[0], [1]] as const)("hear of a file that changed on disk (%i)", ([which]) => {
    const backEnd = which === 0 ? six : seven;
    const file = join(folders[which], "src/questions.ts");
    const other = join(folders[which], "src/regions.ts");
    const sizes = () =>
      everyAnswer(factsFrom(backEnd, file, text), text)
        .filter((line) => /^\d+ regions \| size/.test(line))
        .map((line) => line.split("size: ")[1]);
    expect(sizes()).toContain('{"kind":"at-most","count":2}');
    writeFileSync(
      other,
      'export const regions = ["eu", "us", "ap"] as const;\nexport type Region = string;\n',
    );
    backEnd.changed([other]);
    expect(sizes()).toContain('{"kind":"at-most","count":3}');
    cpSync(join(fixture, "src/regions.ts"), other);
    backEnd.changed([other]);
    expect(sizes()).toContain('{"kind":"at-most","count":2}');
  });

  test("say why when they have no answer", () => {
    const answer = seven.factsOf(join(scratch, "elsewhere.ts"), "");
    expect(answer).toEqual({ kind: "none", why: "no tsconfig.json above this file" });
  });
});

describe("a project", () => {
  test("without TypeScript has no types, and hears why", async () => {
    const answer = await openBackEnd({
      folder: join(scratch, "none"),
      choice: "auto",
      trusted: true,
      overlays: false,
    });
    expect(answer).toEqual({ kind: "none", why: "no TypeScript is installed here" });
  });

  test("that is not trusted does not have its TypeScript loaded", async () => {
    const answer = await openBackEnd({ folder: fixture, choice: "auto", trusted: false, overlays: false });
    expect(answer).toEqual({ kind: "none", why: "the workspace is not trusted" });
  });

  test("with another TypeScript than asked for hears which it has", async () => {
    const answer = await openBackEnd({ folder: fixture, choice: "ts7", trusted: true, overlays: false });
    expect(answer).toMatchObject({
      kind: "none",
      why: expect.stringMatching(/^TypeScript 6\.\S+ is not what was asked for/) as string,
    });
  });
});
