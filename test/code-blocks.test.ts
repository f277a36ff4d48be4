/**
 * Every fenced block of every Markdown file is code of its language: it parses, and names commands and options that
 * there are. What the examples report is `docs.test.ts`'s, and the packages' own tests compile and run theirs.
 */
import { parse as parseToml } from "smol-toml";
import ts from "typescript";
import { expect, test } from "vitest";
import { checkHelp } from "../packages/language-server/src/cli/arguments.ts";
import { blocks, documents, read, type Block } from "./markdown.ts";

const named = blocks.map(
  (block) => [`${block.document}:${String(block.line)} (${block.language})`, block] as const,
);

test.each(named)("%s", (_name, block) => {
  expect(problemsWith(block)).toEqual([]);
});

test("a block that is not its language is found", () => {
  const wrong = (language: string, code: string) =>
    problemsWith({ document: "x.md", line: 1, language, code });
  expect(wrong("js", "const = 1;")).not.toEqual([]);
  expect(wrong("json", "{ a: 1 }")).toHaveLength(1);
  expect(wrong("toml", "a = ")).toHaveLength(1);
  expect(wrong("sh", "floodgate check --fiks")).toEqual(["floodgate check has no --fiks"]);
  expect(wrong("sh", "frobnicate")).toEqual(["frobnicate: not a command that these pages use"]);
  expect(wrong("", "what is this")).toEqual(["a block without a language"]);
});

test("what editors read is in one wording", () => {
  const server = read("packages/language-server/README.md");
  const shown = blocks.filter(({ language }) => language === "lua" || language === "elisp");
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.filter(({ code }) => !server.includes(code))).toEqual([]);
});

function problemsWith({ language, code }: Block): string[] {
  switch (language) {
    case "js":
    case "ts":
    case "ts redis":
      return syntaxErrors(code);
    case "json":
      return thrownBy(() => JSON.parse(/^\s*[{[]/u.test(code) ? code : `{${code}}`));
    case "toml":
      return thrownBy(() => parseToml(code));
    case "sh":
      return code.split("\n").flatMap(problemsWithCommand);
    case "lua": // Compared with the page that the tests in real editors follow.
    case "elisp":
    case "text": // Drawings and output.
      return [];
    case "":
      return ["a block without a language"];
    default:
      return [`${language}: no test knows this language`];
  }
}

function syntaxErrors(code: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(code, {
    reportDiagnostics: true,
    // A block may be the body of a function, or hold JSX.
    fileName: /<\/|\/>/u.test(code) ? "block.tsx" : "block.ts",
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const commands = new Set(
  "npm npx node git cd floodgate floodgate-language-server esbuild redis-server".split(" "),
);

function problemsWithCommand(line: string): string[] {
  const command = line.replace(/#.*$/u, "").trim();
  if (command === "") return [];
  const [first = ""] = command.split(/\s+/u);
  if (!commands.has(first)) return [`${first}: not a command that these pages use`];
  const options = /\bfloodgate check\b(.*)/u.exec(command)?.[1] ?? "";
  return [...options.matchAll(/--[\w-]+/gu)]
    .map(([option]) => option)
    .filter((option) => !checkHelp.includes(option))
    .map((option) => `floodgate check has no ${option}`);
}

function thrownBy(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    return [String(error)];
  }
}

test("there is Markdown to look at", () => {
  expect(documents.length).toBeGreaterThan(50);
  expect(blocks.length).toBeGreaterThan(150);
});
