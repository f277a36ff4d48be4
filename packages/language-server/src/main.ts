#!/usr/bin/env node
/** The executable `floodgate-language-server`: stdio, Node IPC, a pipe or a socket, as the client's arguments say. */
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { createEngine } from "./engine/engine.ts";
import { loadNativeParser } from "./engine/parse-native.ts";
import { askerThread } from "./engine/types/asker-thread.ts";
import { projectOpener } from "./project.ts";
import { serve } from "./server.ts";
import { version } from "./version.ts";
import * as disk from "eslint-plugin-floodgate/neighbour";

const help = `floodgate-language-server ${version}

Floodgate for any editor: finds unbounded concurrency while you type, and fixes it.

Usage: floodgate-language-server --stdio

  --stdio             speak the Language Server Protocol over standard input and output
  --node-ipc          over Node's IPC channel, for clients that fork the server
  --pipe=<name>       over a named pipe or Unix socket
  --socket=<port>     over a TCP socket on this machine
  --help, --version   print this, or the version, and exit
`;

const idleMs = 10 * 60_000;

const transports = /^--(?:stdio|node-ipc|pipe|socket)(?:=|$)/;

function main(args: readonly string[]): void {
  if (args.includes("--version")) {
    process.stdout.write(`${version}\n`);
    return;
  }
  if (args.includes("--help") || !args.some((argument) => transports.test(argument))) {
    const asked = args.includes("--help");
    (asked ? process.stdout : process.stderr).write(
      asked ? help : `How shall I speak to the client?\n\n${help}`,
    );
    process.exitCode = asked ? 0 : 2;
    return;
  }
  const connection = createConnection(ProposedFeatures.all);
  process.on("unhandledRejection", (reason) => {
    connection.console.error(
      `Unexpected: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  });
  const { parser, notice } = loadNativeParser();
  const openProject = projectOpener(
    (options) => askerThread(new URL("./worker.js", import.meta.url), { ...options, idleMs }),
    [import.meta.dirname],
  );
  serve(
    connection,
    { engine: createEngine(parser, { disk }), now: () => performance.now(), openProject },
    version,
  );
  connection.listen();
  if (notice !== undefined) connection.console.info(notice);
}

main(process.argv.slice(2));
