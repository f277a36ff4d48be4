/** The server in a web worker: the first tier, on the file's text alone. Bundled by the extension's web entry. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { createEngine } from "./engine/engine.ts";
import { babelParser } from "./engine/parse-babel.ts";
import { serve } from "./server.ts";
import { version } from "./version.ts";

type WorkerScope = ConstructorParameters<typeof BrowserMessageReader>[0];

// The compiler's libraries know no worker here; esbuild's target does.
const scope: WorkerScope = globalThis as never;
const connection = createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
serve(connection, { engine: createEngine(babelParser), now: () => performance.now() }, version);
connection.listen();
