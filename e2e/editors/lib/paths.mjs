/** Where things are, for every editor's tests. */
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const root = here("../../../");
export const extension = here("../../../packages/vscode-extension/");
export const vsix = here("../../../packages/vscode-extension/floodgate.vsix");
/** The server as npm installs it: what editors without an extension of ours run. */
export const server = here("../../../packages/language-server/dist/main.js");
/** Pictures of each step, and of each failure with what the editor wrote about it. */
export const screenshots = here("../../../reports/screenshots/");
/** Extensions as a run packed and installed them; emptied by the next. */
export const extensionCache = here("../node_modules/.extensions/");
/** Extensions that only the tests have. */
export const testExtensions = here("../vscode/extensions/");
export const doNothingServer = here("../vscode/do-nothing/server.mjs");
export const suites = here("../vscode/suites/");
/** code-server insists on its own Node version; it comes from the registry like everything else. */
export const node24 = here(`../node_modules/node-linux-${process.arch}/bin/node`);
export const codeServer = here("../node_modules/code-server/out/node/entry.js");
export const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
