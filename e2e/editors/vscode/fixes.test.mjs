/** What a person does: sees the squiggle, hovers, presses Ctrl+., picks a fix, saves. Checked down to bytes on disk. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { vsix } from "../lib/paths.mjs";
import { until } from "../lib/until.mjs";
import { launchBrowser, openWorkbench } from "../lib/workbench.mjs";
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

let codeServer;
let browser;

before(async () => {
  codeServer = await startCodeServer({
    extensions: [vsix],
    files: {
      "src/first.ts": source,
      "src/limit.ts": source,
      "src/disable.ts": source,
      "src/all.ts": two,
      "on-save/app.ts": two,
      "package.json": manifest,
      "tsconfig.json": tsconfig,
    },
  });
  installRuntime(codeServer.workspace);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await codeServer?.stop();
});

const inEditor = async (file, use) => {
  const workbench = await openWorkbench(browser, codeServer.workbench({ open: file }));
  try {
    await workbench.waitEditor();
    await use(workbench);
  } catch (error) {
    await workbench.screenshot(`failed-${file.replaceAll("/", "-")}`);
    throw error;
  } finally {
    await workbench.close();
  }
};

test("squiggle, hover, quick fix, saved bytes, and undone in one step", async () => {
  await inEditor("src/first.ts", async (workbench) => {
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
    await until(() => codeServer.read("src/first.ts") !== source);
    assert.equal(
      codeServer.read("src/first.ts").replace(/^import \{ mapLimit \} from "@floodgate\/runtime";\n+/, ""),
      fixed,
    );

    await workbench.key("Escape");
    await workbench.key("Control+z");
    await workbench.save();
    await until(() => codeServer.read("src/first.ts") === source, "one undo to restore the file");
    await workbench.waitSquiggles(1);
    const elsewhere = workbench.outside.filter((url) => !url.includes("open-vsx.org"));
    assert.deepEqual(elsewhere, [], "nothing is sent anywhere");
  });
});

test("the limit of an applied fix is selected: typing replaces it", async () => {
  await inEditor("src/limit.ts", async (workbench) => {
    await workbench.waitSquiggles(1);
    await workbench.goTo(2, 30);
    const [first] = await workbench.quickFixes();
    await workbench.pick(first);
    await until(async () => (await workbench.text()).includes("mapLimit(urls, 10"));
    await workbench.page.keyboard.type("4");
    await until(async () => (await workbench.text()).includes("mapLimit(urls, 4,"), "the typed limit");
    await workbench.screenshot("limit-typed");
  });
});

test("disabling with a reason writes ESLint's comment, with the reason selected", async () => {
  await inEditor("src/disable.ts", async (workbench) => {
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
    await until(() => codeServer.read("src/disable.ts").includes(comment));
  });
});

test("fix all in file limits both, and one undo takes it back", async () => {
  await inEditor("src/all.ts", async (workbench) => {
    await workbench.waitSquiggles(2);
    await workbench.focus();
    await workbench.command("Floodgate: Fix All in File");
    await until(async () => (await workbench.text()).includes("limited(10, async (url) => fetch(url))"));
    await workbench.waitSquiggles(0);
    await workbench.screenshot("fix-all");
    await workbench.save();
    await until(() => codeServer.read("src/all.ts").split("limited(10").length === 3, "both sites on disk");
    assert.equal(codeServer.read("src/all.ts").split("import {").length, 2, "one import for both");
    await workbench.focus();
    await workbench.key("Control+z");
    await workbench.save();
    await until(() => codeServer.read("src/all.ts") === two, "one undo to restore the file");
  });
});

test("fixes on save, where the user asked for them", async () => {
  const settings = { "editor.codeActionsOnSave": { "source.fixAll.floodgate": "explicit" } };
  codeServer.write(".vscode/settings.json", JSON.stringify(settings));
  await inEditor("on-save/app.ts", async (workbench) => {
    await workbench.waitSquiggles(2);
    await workbench.focus();
    await workbench.key("Control+End");
    await workbench.page.keyboard.type("//");
    let comment = "//";
    const saved = () => codeServer.read("on-save/app.ts");
    // On a machine that is too busy, a save goes ahead without its fixes, and the next one brings them.
    await until(async () => {
      await workbench.page.keyboard.type("!");
      comment += "!";
      await workbench.save();
      await until(() => saved().includes(comment), "the saved file");
      return saved().split("limited(10").length === 3;
    }, "a save that fixes both");
  });
  codeServer.write(".vscode/settings.json", "{}");
});
