/** The server as the VS Code extension bundles it: one file for Node, nothing native. See the package's README. */
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { createEngine } from "./engine/engine.ts";
import { babelParser } from "./engine/parse-babel.ts";
import { askerThread, serveAsker } from "./engine/types/asker-thread.ts";
import type { AskerOptions } from "./engine/types/asker.ts";
import { projectOpener } from "./project.ts";
import { serve } from "./server.ts";
import { version } from "./version.ts";
import * as disk from "eslint-plugin-floodgate/neighbour";

/** The bundle's own path, which a CommonJS module knows: the second tier runs the same file in another thread. */
declare const __filename: string | undefined;

const idleMs = 10 * 60_000;

const engine = createEngine(babelParser, { disk });

if (isMainThread) {
  const connection = createConnection(ProposedFeatures.all);
  const file = typeof __filename === "string" ? __filename : undefined;
  const openProject = projectOpener(
    file === undefined ? undefined : (options) => askerThread(file, { ...options, idleMs }),
  );
  serve(connection, { engine, now: () => performance.now(), openProject }, version);
  connection.listen();
} else if (parentPort !== null) serveAsker(parentPort, engine, workerData as AskerOptions);
