/** One VS Code for the tests of a file, and one workbench in it: to open one takes ten seconds of processor time. */
import { after, before, test } from "node:test";
import { startCodeServer } from "./code-server.mjs";
import { keepFailure } from "./failure.mjs";
import { launchBrowser, openWorkbench } from "./workbench.mjs";

/**
 * @param {object} options - as for `startCodeServer`
 * @param {(codeServer: object) => void} [prepare] - what is to be done before a workbench opens
 */
export function editorSession(options, prepare) {
  let codeServer;
  let browser;
  let workbench;

  before(async () => {
    codeServer = await startCodeServer(options);
    prepare?.(codeServer);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await codeServer?.stop();
  });

  const fresh = async (open) => {
    await workbench?.close();
    workbench = await openWorkbench(browser, codeServer.workbench({ open }));
  };

  return {
    /** A test that starts with this file open, or none, and nothing else; after a failure, in a new workbench. */
    test(name, { open, alone = false, ...options }, use) {
      test(name, options, async () => {
        try {
          if (workbench === undefined || alone) await fresh(open);
          else await workbench.onlyOpen(open);
          if (open !== undefined) await workbench.waitEditor();
          await use(workbench, codeServer);
        } catch (error) {
          const failed = await keepFailure(name, error, { workbench, codeServer });
          await workbench?.close();
          workbench = undefined;
          throw failed;
        }
      });
    },
  };
}

/** A VS Code of its own for one workbench; what goes wrong in it is kept. */
export async function inWorkbench(name, options, where, use) {
  const codeServer = await startCodeServer(options);
  const browser = await launchBrowser();
  let workbench;
  try {
    workbench = await openWorkbench(browser, codeServer.workbench(where));
    await use(workbench, codeServer);
  } catch (error) {
    throw await keepFailure(name, error, { workbench, codeServer });
  } finally {
    await browser.close();
    await codeServer.stop();
  }
}
