/** Drives a VS Code workbench in headless Chromium as a person does: by keys, mouse, and what is on the screen. */
import fs from "node:fs";
import path from "node:path";
import { chromium as playwright } from "playwright-core";
import { chromium, screenshots } from "./paths.mjs";
import { until } from "./until.mjs";

export function launchBrowser() {
  return playwright.launch({
    executablePath: chromium,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
}

/** Opens the workbench. Requests that leave this machine are refused, and listed in `outside`. */
export async function openWorkbench(browser, url, { width = 1280, height = 800 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
  const outside = [];
  await context.route(
    ({ hostname, protocol }) => hostname !== "127.0.0.1" && /^(https?|wss?):$/.test(protocol),
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  const page = await context.newPage();
  const consoleErrors = [];
  page.on("console", (message) => {
    if (message.type() === "error") consoleErrors.push(message.text());
  });
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".monaco-workbench", { timeout: 60_000 });
  if (url.includes("workspace=")) await foldersRead(page);

  const input = page.locator(".quick-input-widget input").first();
  const editor = page.locator(".editor-instance .monaco-editor").first();
  const squiggles = page.locator(
    ".editor-instance .monaco-editor :is(.squiggly-error, .squiggly-warning, .squiggly-info)",
  );
  const inputGone = () => page.locator(".quick-input-widget").waitFor({ state: "hidden" });

  const workbench = {
    page,
    outside,
    consoleErrors,
    squiggles,
    close: () => context.close(),
    key: (key) => page.keyboard.press(key),
    async screenshot(name) {
      fs.mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
    },
    /** The visible lines, as text. */
    async text() {
      const lines = await editor.locator(".view-lines .view-line").evaluateAll((elements) =>
        elements
          .map((element) => ({ top: parseFloat(element.style.top), text: element.textContent ?? "" }))
          .sort((a, b) => a.top - b.top)
          .map(({ text }) => text.replaceAll("\u00a0", " ")),
      );
      return lines.join("\n");
    },
    waitEditor: () => editor.locator(".view-lines .view-line").first().waitFor({ timeout: 30_000 }),
    waitSquiggles: (count, timeoutMs = 40_000) =>
      until(async () => (await squiggles.count()) === count, `${count} squiggles`, timeoutMs),
    async focus() {
      await editor.locator("textarea, .native-edit-context").first().focus();
    },
    async goTo(line, column = 1) {
      await workbench.focus();
      await page.keyboard.press("Control+g");
      await input.waitFor();
      await input.fill(`:${line}:${column}`);
      await page.keyboard.press("Enter");
      await inputGone();
    },
    /** Runs a command of the palette; asks again while the extension that brings it is not there yet. */
    async command(label) {
      const row = page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
      await until(async () => {
        await page.keyboard.press("F1");
        await input.waitFor();
        await input.fill(`>${label}`);
        const there = await row.waitFor({ timeout: 3000 }).then(
          () => true,
          () => false,
        );
        if (!there) await page.keyboard.press("Escape");
        return there;
      }, `the command ${label}`);
      await page.keyboard.press("Enter");
    },
    async open(file) {
      await page.keyboard.press("Control+p");
      await input.waitFor();
      await input.fill(file);
      // A file of the same name that was open before stands first.
      await page
        .locator(".quick-input-list .monaco-list-row", { hasText: path.basename(file) })
        .filter({ hasText: path.dirname(file) })
        .first()
        .click();
      await inputGone();
      await workbench.waitEditor();
    },
    /** Opens the quick fix menu, again if the providers were not registered yet, and returns its titles. */
    async quickFixes(timeoutMs = 60_000) {
      const rows = page.locator(".action-widget .monaco-list-row.action");
      const giveUpAt = Date.now() + timeoutMs;
      for (;;) {
        await page.keyboard.press("Control+.");
        try {
          await rows.first().waitFor({ timeout: 4000 });
          return (await rows.allInnerTexts()).map((title) => title.trim());
        } catch (error) {
          if (Date.now() > giveUpAt) throw error;
          await page.keyboard.press("Escape");
          await workbench.focus();
        }
      }
    },
    /** Picks from the open quick fix menu. */
    pick: (title) =>
      page.locator(".action-widget .monaco-list-row.action", { hasText: title }).first().click(),
    /** Hovers over a word of the editor until what is shown, which comes piece by piece, matches. */
    async hover(word, wanted) {
      const token = editor.locator(".view-line span span").getByText(word, { exact: true }).first();
      const shown = page.locator(".monaco-hover:not(.hidden)");
      let text = "";
      await until(async () => {
        await token.hover();
        text = (await shown.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
        return wanted.test(text);
      }, `a hover that matches ${wanted}`).catch((error) => {
        throw new Error(`${error.message}; shown is: ${text}`);
      });
      return text;
    },
    /** Looks behind the `{}` of the status bar until what stands there, which changes as things start, matches. */
    async status(wanted) {
      let text = "";
      await until(
        async () => {
          await page.locator("#status\\.languageStatus").hover();
          text = (await page.locator(".hover-language-status").allInnerTexts()).join("\n");
          return wanted.test(text);
        },
        `a status that matches ${wanted}`,
        60_000,
      ).catch((error) => {
        throw new Error(`${error.message}; shown is: ${text}`);
      });
    },
    save: () => page.keyboard.press("Control+s"),
    /** Closes every editor and message, throwing away what is not saved, and opens this file, if any. */
    async onlyOpen(file) {
      await page.keyboard.press("Escape");
      if ((await page.locator(".notification-toast").count()) > 0)
        await workbench.command("Notifications: Clear All Notifications");
      await workbench.command("View: Close All Editors");
      const discard = page.locator(".monaco-dialog-box .monaco-button", { hasText: "Don't Save" });
      await until(async () => {
        if (await discard.isVisible()) await discard.click();
        return (await page.locator(".editor-group-container .tab").count()) === 0;
      }, "every editor to close");
      if (file !== undefined) await workbench.open(file);
    },
  };
  return workbench;
}

/**
 * The editor may start before it can read a workspace file. Mostly the folders come later; sometimes, on a busy machine, they
 * never do until the window is loaded anew.
 */
async function foldersRead(page) {
  const folders = page.locator(".explorer-folders-view .monaco-list-row");
  const none = page.locator(".pane-header", { hasText: "No Folder Opened" });
  let noneSince;
  await until(
    async () => {
      if ((await folders.count()) > 0) return true;
      if ((await none.count()) === 0) return false;
      noneSince ??= Date.now();
      if (Date.now() - noneSince < 10_000) return false;
      noneSince = undefined;
      await page.reload({ waitUntil: "domcontentloaded" });
      return false;
    },
    "the folders of the workspace file",
    120_000,
  );
}
