/** The packed plugin in every host we name: three ESLints, with and without TypeScript, typescript-eslint, and oxlint. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";
import type { Outcome } from "../scratch.ts";

const { plugin, runtime } = inject("tarballs");

// Started as Node scripts: `npx` takes a second each time.
const eslint = "node_modules/eslint/bin/eslint.js";
const oxlint = "node_modules/oxlint/bin/oxlint";

const manifest = JSON.stringify({ name: "outside", version: "1.0.0", private: true, type: "module" });

/** One place to report, one that is limited, one that is fixed in size. */
const program = `import { limited } from "@floodgate/runtime";

export async function load(ids) {
  return Promise.all(ids.map(async (id) => fetch(id)));
}

export async function loadGently(ids) {
  return Promise.all(ids.map(limited(5, async (id) => fetch(id))));
}

export async function loadBoth(a, b) {
  return Promise.all([fetch(a), fetch(b)]);
}
`;

const fixedProgram = program.replace(
  "ids.map(async (id) => fetch(id))",
  "ids.map(limited(10, async (id) => fetch(id)))",
);

const eslintConfig = `import floodgate from "eslint-plugin-floodgate";
export default [floodgate.configs.strict];
`;

const fixingConfig = `import floodgate from "eslint-plugin-floodgate";
export default [floodgate.configs.recommended, floodgate.configs.autofix];
`;

interface EslintResult {
  readonly messages: readonly {
    readonly ruleId: string;
    readonly line: number;
    readonly column: number;
    readonly suggestions?: readonly { readonly desc: string }[];
  }[];
}

/** What `eslint --format json` said of the one file, or an error that shows all it said. */
function messagesOf({ stdout, output }: Outcome): EslintResult["messages"] {
  try {
    return (JSON.parse(stdout) as readonly EslintResult[]).flatMap(({ messages }) => messages);
  } catch {
    throw new Error(output);
  }
}

const hosts = [
  { name: "ESLint 9.0.0 without TypeScript", packages: ["eslint@9.0.0"] },
  { name: "ESLint 9.39 beside TypeScript 7", packages: ["eslint@9.39", "typescript@7.0.2"] },
  { name: "ESLint 10.15.0 without TypeScript", packages: ["eslint@10.15.0"] },
  { name: "ESLint 10.15.0 beside TypeScript 7", packages: ["eslint@10.15.0", "typescript@7.0.2"] },
] as const;

describe.for(hosts)("$name", ({ packages }) => {
  const project = scratchProject({
    "package.json": manifest,
    "eslint.config.js": eslintConfig,
    "load.js": program,
  });
  beforeAll(() => {
    project.install(plugin, runtime, ...packages);
  });
  afterAll(() => {
    project.remove();
  });

  test("loads the plugin with `import` and with `require`, and brings no package of its own", () => {
    project.write({
      "import.mjs": `import floodgate from "eslint-plugin-floodgate"; console.log(Object.keys(floodgate.rules).length);`,
      "require.cjs": `console.log(Object.keys(require("eslint-plugin-floodgate").rules).length);`,
    });
    expect(project.node("import.mjs").stdout.trim()).toBe("10");
    expect(project.node("require.cjs").stdout.trim()).toBe("10");
  });

  test("reports the one place, with suggestions", () => {
    const messages = messagesOf(project.node(eslint, "--format", "json", "load.js"));
    expect(messages).toMatchObject([{ ruleId: "floodgate/no-unbounded-promise-all", line: 4, column: 10 }]);
    // Without types `ids` is not known to be an array, so the form that keeps everything comes first.
    expect(messages[0]?.suggestions).toMatchObject([
      { desc: expect.stringContaining("`limited`") as string },
      { desc: expect.stringContaining("`bounded`") as string },
    ]);
  });

  test("fixes it where the author turned that on, and then reports nothing", () => {
    project.write({ "fixing.config.js": fixingConfig, "fixed.js": program });
    const { exitCode, output } = project.node(eslint, "--config", "fixing.config.js", "--fix", "fixed.js");
    expect(output).toBe("");
    expect(exitCode).toBe(0);
    expect(project.read("fixed.js")).toBe(fixedProgram);
  });
});

describe("typescript-eslint with type information", () => {
  const project = scratchProject({
    "package.json": manifest,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        strict: true,
        module: "nodenext",
        target: "es2022",
        lib: ["es2023", "dom"],
        types: [],
      },
    }),
    "eslint.config.js": `import floodgate from "eslint-plugin-floodgate";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
export default defineConfig(
  { ignores: ["eslint.config.js"] },
  tseslint.configs.recommended,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  floodgate.configs.recommended,
);
`,
    "typed.ts": `export declare function compute(id: string): number;
export declare const triple: readonly [string, string, string];
export declare function load(id: string): Promise<string>;
export const none = (ids: string[]) => Promise.all(ids.map((id) => compute(id)));
export const three = () => Promise.all(triple.map((id) => load(id)));
export const all = (ids: string[]) => Promise.all(ids.map((id) => load(id)));
`,
  });
  beforeAll(() => {
    project.install(plugin, runtime, "eslint@10.15.0", "typescript@6.0.3", "typescript-eslint@8.72.0");
  });
  afterAll(() => {
    project.remove();
  });

  test("lets types withdraw what syntax alone would report", () => {
    expect(messagesOf(project.node(eslint, "--format", "json", "typed.ts"))).toMatchObject([
      { ruleId: "floodgate/no-unbounded-promise-all", line: 6 },
    ]);
  });
});

describe("declarations", () => {
  const project = scratchProject({
    "package.json": manifest,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: "nodenext",
        target: "es2022",
        skipLibCheck: false,
      },
      files: ["config.ts"],
    }),
    "config.ts": `import floodgate from "eslint-plugin-floodgate";
import { defineConfig } from "eslint/config";
export default defineConfig(
  { plugins: { floodgate }, extends: ["floodgate/strict"] },
  floodgate.configs.recommended,
  [floodgate.configs.autofix],
);
`,
  });
  beforeAll(() => {
    project.install(plugin, runtime, "eslint@10.15.0", "typescript@7.0.2");
  });
  afterAll(() => {
    project.remove();
  });

  test("fit `defineConfig`, and need nothing of typescript-eslint", () => {
    const { exitCode, output } = project.node("node_modules/typescript/bin/tsc", "-p", ".");
    expect(output).toBe("");
    expect(exitCode).toBe(0);
  });
});

describe("oxlint", () => {
  const rule = "floodgate/no-unbounded-promise-all";
  const config = (settings: object) =>
    JSON.stringify({
      categories: { correctness: "off" },
      jsPlugins: ["eslint-plugin-floodgate"],
      rules: { [rule]: "error", "floodgate/no-floating-fan-out": "error" },
      settings: { floodgate: settings },
    });
  const project = scratchProject({
    "package.json": manifest,
    ".oxlintrc.json": config({}),
    "load.js": program,
    "load.vue": `<script setup>\nconst users = await Promise.all(ids.map(async (id) => fetch(id)));\n</script>\n`,
  });
  beforeAll(() => {
    project.install(plugin, runtime, "oxlint@1.94.0");
  });
  afterAll(() => {
    project.remove();
  });

  interface Diagnostic {
    readonly code: string;
    readonly message: string;
    readonly labels: readonly { readonly span: { readonly line: number; readonly column: number } }[];
  }
  function diagnostics(...args: readonly string[]): readonly Diagnostic[] {
    const { stdout, output } = project.node(oxlint, "--format", "json", ...args);
    try {
      return (JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics;
    } catch {
      throw new Error(output);
    }
  }

  test("reports the same place", () => {
    expect(diagnostics("load.js")).toMatchObject([
      { code: "floodgate(no-unbounded-promise-all)", labels: [{ span: { line: 4, column: 10 } }] },
    ]);
  });

  test("reports the script of a Vue file", () => {
    expect(diagnostics("load.vue")).toMatchObject([{ labels: [{ span: { line: 2 } }] }]);
  });

  test("fixes it with the same setting", () => {
    project.write({ "autofix.json": config({ autofix: true }), "fixed.js": program });
    project.node(oxlint, "--config", "autofix.json", "--fix", "fixed.js");
    expect(project.read("fixed.js")).toBe(fixedProgram);
  });

  test("says what is wrong with a setting, once", () => {
    project.write({ "wrong.json": config({ defaultLimt: 5 }), "empty.js": "export {};\n" });
    expect(diagnostics("--config", "wrong.json", "empty.js").map(({ message }) => message)).toEqual([
      "There is no Floodgate setting `defaultLimt`. Did you mean `defaultLimit`?",
    ]);
  });
});
