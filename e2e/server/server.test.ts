/** The packed language server, spoken to by a client that knows nothing of Floodgate. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";
import { applyEdits, startServer } from "./lsp-client.ts";
import type { CodeAction, Diagnostic, LspClient } from "./lsp-client.ts";

const { plugin, runtime, server } = inject("tarballs");
const source = `export async function loadAll(ids: string[]) {
  return await Promise.all(ids.map(async (id) => fetch(id)));
}
`;

// No tsconfig.json: the project is as bare as they come.
const project = scratchProject({
  "package.json": JSON.stringify({ name: "outside", version: "1.0.0", private: true, type: "module" }),
  "load.ts": source,
});
const uriOf = (file: string) => pathToFileURL(join(project.directory, file)).href;
let client: LspClient;
let version = 1;

beforeAll(async () => {
  project.install(plugin, runtime, server);
  const { bin } = JSON.parse(project.read("node_modules/@floodgate/language-server/package.json")) as {
    readonly bin: { readonly "floodgate-language-server": string };
  };
  const script = join("node_modules", "@floodgate", "language-server", bin["floodgate-language-server"]);
  client = await startServer(join(project.directory, script), project.directory);
});
afterAll(() => {
  project.remove();
});

function open(file: string, text: string) {
  client.notify("textDocument/didOpen", {
    textDocument: { uri: uriOf(file), languageId: "typescript", version: 1, text },
  });
}

function change(file: string, text: string) {
  client.notify("textDocument/didChange", {
    textDocument: { uri: uriOf(file), version: ++version },
    contentChanges: [{ text }],
  });
}

async function diagnosticsOf(file: string) {
  const report = await client.request<{ readonly items: readonly Diagnostic[] }>("textDocument/diagnostic", {
    textDocument: { uri: uriOf(file) },
  });
  return report.items;
}

/** What there is once the types have been asked: a plain client pulls again. */
async function soonDiagnosticsOf(file: string) {
  await expect.poll(() => diagnosticsOf(file), { timeout: 90_000, interval: 250 }).not.toEqual([]);
  return await diagnosticsOf(file);
}

async function quickFixes(file: string, diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
  const actions = await client.request<readonly CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri: uriOf(file) },
    range: diagnostic.range,
    context: { diagnostics: [diagnostic], only: ["quickfix"] },
  });
  return await Promise.all(
    actions
      .slice(0, 10)
      .map(async (action) =>
        action.edit ? action : await client.request<CodeAction>("codeAction/resolve", action),
      ),
  );
}

test("a client gets the diagnostic without any tsconfig.json, applies the quick fix, and sees it gone", async () => {
  open("load.ts", source);
  const [diagnostic, ...others] = await soonDiagnosticsOf("load.ts");
  expect(others).toEqual([]);
  if (diagnostic === undefined) throw new Error("There is no diagnostic.");
  expect(diagnostic.message).toContain("`ids`");
  expect(diagnostic).toMatchObject({
    code: "floodgate/no-unbounded-promise-all",
    range: { start: { line: 1, character: 15 }, end: { line: 1, character: 26 } },
  });

  const fixes = await quickFixes("load.ts", diagnostic);
  const fix = fixes.find(({ title }) => title.includes("mapLimit"));
  const edits =
    fix?.edit?.changes?.[uriOf("load.ts")] ??
    fix?.edit?.documentChanges?.flatMap((document) => document.edits);
  if (edits === undefined) throw new Error(`No quick fix with mapLimit: ${JSON.stringify(fixes)}`);
  const fixed = applyEdits(source, edits);
  expect(fixed).toMatch(/^import \{ mapLimit \} from "@floodgate\/runtime";\n/u);
  expect(fixed).toContain("  return await mapLimit(ids, 10, async (id) => fetch(id));\n");

  change("load.ts", fixed);
  expect(await diagnosticsOf("load.ts")).toEqual([]);
});

test("a file that does not parse has no diagnostics of ours, and the server stays", async () => {
  open("broken.ts", "export const load = (ids => {\n");
  expect(await diagnosticsOf("broken.ts")).toEqual([]);
  change("load.ts", source);
  expect(await soonDiagnosticsOf("load.ts")).toHaveLength(1);
});

test("the server ends when the client asks it to", async () => {
  expect(await client.end()).toBe(0);
});
