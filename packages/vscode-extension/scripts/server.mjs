/** The language server as it is shipped: one file, run by Node or as a browser's worker. */
import { inNode } from "../src/host.ts";

if (inNode) void import("../../language-server/src/main-bundled.ts");
else void import("../../language-server/src/main-browser.ts");
