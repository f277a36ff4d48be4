/** What a person does: sees the squiggle, hovers, presses Ctrl+., picks a fix, saves. Checked down to bytes on disk. */
import assert from "node:assert/strict";
import path from "node:path";
import { limiterSource } from "../../../packages/language-server/dist/vendored/limiter-source.js";
import { vsix } from "../lib/paths.mjs";
import { editorSession } from "../lib/session.mjs";
import { until } from "../lib/until.mjs";
import { installRuntime, manifest, source, tsconfig } from "../lib/workspace.mjs";

const two = `${source}
export const sizes = async (urls: string[]) =>
  Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      return response.headers.get("content-length");
    }),
  );
`;

const session = editorSession(
  {
    extensions: [vsix],
    files: {
      "aware/src/first.ts": source,
      "aware/src/limit.ts": source,
      "aware/src/disable.ts": source,
      "aware/src/all.ts": two,
      "aware/src/on-save.ts": two,
      "aware/package.json": manifest,
      "aware/tsconfig.json": tsconfig,
      "unaware/src/app.ts": source,
      "unaware/package.json": JSON.stringify({ name: "unaware", private: true, type: "module" }),
      "unaware/tsconfig.json": tsconfig,
    },
    // As users have it.
    settings: { "typescript.tsserver.useSyntaxServer": "auto" },
  },
  ({ workspace }) => installRuntime(path.join(workspace, "aware")),
);

session.test(
  "squiggle, hover, quick fix, saved bytes, and undone in one step",
  { open: "aware/src/first.ts" },
  async (workbench, codeServer) => {
    await workbench.waitSquiggles(1);
    const hover = await workbench.hover("Promise", /What limits it: nothing/);
    assert.match(hover, /starts one `?fetch`? per element of `?urls`?, all at once/);
    assert.match(hover, /floodgate\/no-unbounded-promise-all/);
    await workbench.screenshot("squiggle");
    await workbench.key("Escape");

    await workbench.goTo(2, 30);
    const titles = await workbench.quickFixes();
    await workbench.screenshot("quick-fix");
    assert.deepEqual(titles.slice(0, 4), [
      "Limit to 10 at once with `mapLimit`",
      "Limit to 10 at once with `limited`, and keep everything else",
      "Say that there are at most 50, and check it, with `bounded`",
      "Disable floodgate/no-unbounded-promise-all for this line, with a reason",
    ]);
    await workbench.pick(titles[0]);
    await until(async () => (await workbench.text()).includes("mapLimit(urls"));
    await workbench.waitSquiggles(0);
    await workbench.screenshot("fixed");
    await workbench.save();
    const fixed = source.replace(
      "Promise.all(urls.map(async (url) => fetch(url)))",
      "mapLimit(urls, 10, async (url) => fetch(url))",
    );
    await until(() => codeServer.read("aware/src/first.ts") !== source);
    assert.equal(
      codeServer
        .read("aware/src/first.ts")
        .replace(/^import \{ mapLimit \} from "@floodgate\/runtime";\n+/, ""),
      fixed,
    );

    await workbench.key("Escape");
    await workbench.key("Control+z");
    await workbench.save();
    await until(() => codeServer.read("aware/src/first.ts") === source, "one undo to restore the file");
    await workbench.waitSquiggles(1);
    const elsewhere = workbench.outside.filter((url) => !url.includes("open-vsx.org"));
    assert.deepEqual(elsewhere, [], "nothing is sent anywhere");
  },
);

session.test(
  "the limit of an applied fix is selected: typing replaces it",
  { open: "aware/src/limit.ts" },
  async (workbench) => {
    await workbench.waitSquiggles(1);
    await workbench.goTo(2, 30);
    const [first] = await workbench.quickFixes();
    await workbench.pick(first);
    await until(async () => (await workbench.text()).includes("mapLimit(urls, 10"));
    await workbench.page.keyboard.type("4");
    await until(async () => (await workbench.text()).includes("mapLimit(urls, 4,"), "the typed limit");
    await workbench.screenshot("limit-typed");
  },
);

session.test(
  "disabling with a reason writes ESLint's comment, with the reason selected",
  { open: "aware/src/disable.ts" },
  async (workbench, codeServer) => {
    await workbench.waitSquiggles(1);
    await workbench.goTo(2, 30);
    await workbench.quickFixes();
    await workbench.pick("Disable floodgate/");
    await until(async () => (await workbench.text()).includes("-- reason"));
    await workbench.page.keyboard.type("at most five mirrors");
    await workbench.waitSquiggles(0);
    await workbench.save();
    const comment =
      "  // eslint-disable-next-line floodgate/no-unbounded-promise-all -- at most five mirrors\n";
    await until(() => codeServer.read("aware/src/disable.ts").includes(comment));
  },
);

session.test(
  "fix all in file limits both, and one undo takes it back",
  { open: "aware/src/all.ts" },
  async (workbench, codeServer) => {
    await workbench.waitSquiggles(2);
    await workbench.focus();
    await workbench.command("Floodgate: Fix All in File");
    await until(async () => (await workbench.text()).includes("limited(10, async (url) => fetch(url))"));
    await workbench.waitSquiggles(0);
    await workbench.screenshot("fix-all");
    await workbench.save();
    await until(
      () => codeServer.read("aware/src/all.ts").split("limited(10").length === 3,
      "both sites on disk",
    );
    assert.equal(codeServer.read("aware/src/all.ts").split("import {").length, 2, "one import for both");
    await workbench.focus();
    await workbench.key("Control+z");
    await workbench.save();
    await until(() => codeServer.read("aware/src/all.ts") === two, "one undo to restore the file");
  },
);

session.test(
  "in a project without the runtime the fix brings its limiter along, and both files reach the disk",
  { open: "unaware/src/app.ts" },
  async (workbench, codeServer) => {
    await workbench.waitSquiggles(1);
    await workbench.goTo(2, 30);
    const titles = await workbench.quickFixes();
    await workbench.screenshot("without-runtime-menu");
    const title = "Limit to 10 at once with `mapLimit` (adds src/floodgate.ts)";
    assert.equal(titles[0], title);
    await workbench.pick(title);
    await until(
      async () => (await workbench.text()).includes("./floodgate.js"),
      "the import of the new file",
    );
    await workbench.waitSquiggles(0);
    await workbench.screenshot("without-runtime-fixed");
    await workbench.command("File: Save All Files");
    const read = (file) => codeServer.exists(file) && codeServer.read(file);
    await until(() => read("unaware/src/app.ts").includes("mapLimit("), "the fixed file on disk");
    await until(() => read("unaware/src/floodgate.ts") === limiterSource.ts, "the new file on disk");
  },
);

session.test(
  "fixes on save, where the user asked for them",
  { open: "aware/src/on-save.ts" },
  async (workbench, codeServer) => {
    const settings = { "editor.codeActionsOnSave": { "source.fixAll.floodgate": "explicit" } };
    codeServer.write(".vscode/settings.json", JSON.stringify(settings));
    await workbench.waitSquiggles(2);
    await workbench.focus();
    await workbench.key("Control+End");
    await workbench.page.keyboard.type("//");
    let comment = "//";
    const saved = () => codeServer.read("aware/src/on-save.ts");
    // The editor reads the settings in its own time; and on a machine that is too busy, a save goes ahead without its fixes.
    await until(async () => {
      await workbench.page.keyboard.type("!");
      comment += "!";
      await workbench.save();
      await until(() => saved().includes(comment), "the saved file");
      return saved().split("limited(10").length === 3;
    }, "a save that fixes both");
  },
);
