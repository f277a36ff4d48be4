/** In the extension host: the quick fix menu of projects with and without limiters, and what each of its entries writes. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { limiterSource } from "../../../../packages/language-server/dist/vendored/limiter-source.js";
import { source } from "../../lib/workspace.mjs";
import { tools } from "../../lib/host-suite.mjs";

const call = "Promise.all(urls.map(async (url) => fetch(url)))";
const fixed = (name, from, text) => `import { ${name} } from "${from}";\n\n${source.replace(call, text)}`;
const imported = (name, from, text) => fixed(name, from, text).replace(`{ ${name} }`, name);
const reason = "  // eslint-disable-next-line floodgate/no-unbounded-promise-all -- reason\n";
const disabled = source.replace("  const bodies", `${reason}  const bodies`);

const mapLimit = "mapLimit(urls, 10, async (url) => fetch(url))";
const limited = "Promise.all(urls.map(limited(10, async (url) => fetch(url))))";
const bounded = "Promise.all(bounded(urls, 50).map(async (url) => fetch(url)))";
const pMap = "pMap(urls, async (url) => fetch(url), { concurrency: 10 })";
const pLimit = "Promise.all(urls.map((url) => limit(async () => fetch(url))))";
const disable = [
  "Disable floodgate/no-unbounded-promise-all for this line, with a reason",
  { "src/app.ts": disabled },
];
const added = { "src/floodgate.ts": limiterSource.ts };

const several = `export async function load(urls: string[]) {
  const bodies = await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      return response.text();
    }),
  );
  return bodies.length;
}
`;
const severalFixed = (name, from, to) =>
  `import { ${name} } from "@floodgate/runtime";\n\n${several.replace(from, to)}`;

/** Each kind of project: its menu in order, and which files each entry writes, down to the byte. */
const menus = {
  runtime: [
    [
      "Limit to 10 at once with `mapLimit`",
      { "src/app.ts": fixed("mapLimit", "@floodgate/runtime", mapLimit) },
    ],
    [
      "Limit to 10 at once with `limited`, and keep everything else",
      { "src/app.ts": fixed("limited", "@floodgate/runtime", limited) },
    ],
    [
      "Say that there are at most 50, and check it, with `bounded`",
      { "src/app.ts": fixed("bounded", "@floodgate/runtime", bounded) },
    ],
    disable,
  ],
  none: [
    [
      "Limit to 10 at once with `mapLimit` (adds src/floodgate.ts)",
      { "src/app.ts": fixed("mapLimit", "./floodgate.js", mapLimit), ...added },
    ],
    [
      "Limit to 10 at once with `limited`, and keep everything else (adds src/floodgate.ts)",
      { "src/app.ts": fixed("limited", "./floodgate.js", limited), ...added },
    ],
    [
      "Say that there are at most 50, and check it, with `bounded` (adds src/floodgate.ts)",
      { "src/app.ts": fixed("bounded", "./floodgate.js", bounded), ...added },
    ],
    disable,
    [
      "Add `@floodgate/runtime` to package.json; installing it is up to you",
      { "src/app.ts": source, "package.json": /"dependencies": \{\s*"@floodgate\/runtime": "\^\d/ },
    ],
  ],
  "several lines": [
    [
      "Limit to 10 at once with `mapLimit`",
      {
        "src/app.ts": severalFixed(
          "mapLimit",
          "Promise.all(\n    urls.map(async",
          "mapLimit(urls, 10, async",
        ).replace("    }),\n  );", "    });"),
      },
    ],
    [
      "Limit to 10 at once with `limited`, and keep everything else",
      {
        "src/app.ts": severalFixed("limited", "async (url)", "limited(10, async (url)").replace(
          "    }),",
          "    })),",
        ),
      },
    ],
    [
      "Say that there are at most 50, and check it, with `bounded`",
      { "src/app.ts": severalFixed("bounded", "urls.map", "bounded(urls, 50).map") },
    ],
    [disable[0], { "src/app.ts": several.replace("  const bodies", `${reason}  const bodies`) }],
  ],
  others: [
    ["Limit to 10 at once with `pMap`", { "src/app.ts": imported("pMap", "p-map", pMap) }],
    [
      "Limit to 10 at once with `pLimit`",
      {
        "src/app.ts": imported("pLimit", "p-limit", pLimit).replace(
          "  const bodies",
          "  const limit = pLimit(10);\n  const bodies",
        ),
      },
    ],
    [
      "Say that there are at most 50, and check it, with `bounded` (adds src/floodgate.ts)",
      { "src/app.ts": fixed("bounded", "./floodgate.js", bounded), ...added },
    ],
    disable,
    ["Add `@floodgate/runtime` to package.json; installing it is up to you", { "src/app.ts": source }],
  ],
};

/** What is to be fixed in a project of each kind. */
export const sourceOf = (kind) => (kind === "several lines" ? several : source);

/** The projects that the workspace has to hold: one for each entry of each menu, as an entry changes what is offered. */
export const projects = Object.entries(menus).flatMap(([kind, menu]) =>
  menu.map((_, index) => ({ kind, folder: `${kind}-${index}` })),
);

async function picked(vscode, folder, title) {
  const { open, actions, finds } = tools(vscode);
  const { document } = await open(`${folder}/src/app.ts`);
  await finds(document.uri, 1);
  const offered = await actions(document.uri, new vscode.Position(1, 26), undefined, 10);
  const action = offered.find((one) => one.title === title);
  assert.ok(action?.edit, `${title} is not among ${offered.map((one) => one.title).join(", ")}`);
  assert.ok(await vscode.workspace.applyEdit(action.edit));
  for (const changed of vscode.workspace.textDocuments) if (changed.isDirty) assert.ok(await changed.save());
  await finds(document.uri, title.startsWith("Add ") ? 1 : 0);
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  return path.dirname(path.dirname(document.uri.fsPath));
}

export default Object.fromEntries(
  Object.entries(menus).flatMap(([kind, menu]) => [
    [
      `the menu, in its order: ${kind}`,
      async (vscode) => {
        const { open, actions, finds } = tools(vscode);
        const { document } = await open(`${kind}-0/src/app.ts`);
        await finds(document.uri, 1);
        const offered = await actions(document.uri, new vscode.Position(1, 26));
        assert.deepEqual(
          offered.map(({ title }) => title),
          menu.map(([title]) => title),
        );
      },
    ],
    ...menu.map(([title, files], index) => [
      `${kind}: ${title}`,
      async (vscode) => {
        const project = await picked(vscode, `${kind}-${index}`, title);
        for (const [file, expected] of Object.entries(files)) {
          const text = fs.readFileSync(path.join(project, file), "utf8");
          if (typeof expected !== "string") assert.match(text, expected);
          else assert.ok(text === expected, `${file} is ${JSON.stringify(text.slice(0, 2000))}`);
        }
      },
    ]),
  ]),
);
