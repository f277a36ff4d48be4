/** The server as the VS Code extension bundles it: Node, and nothing native. See the package's README. */
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { createEngine } from "./engine/engine.ts";
import { babelParser } from "./engine/parse-babel.ts";
import { openProject } from "./project.ts";
import { serve } from "./server.ts";
import { version } from "./version.ts";

const connection = createConnection(ProposedFeatures.all);
serve(connection, { engine: createEngine(babelParser), now: () => performance.now(), openProject }, version);
connection.listen();
