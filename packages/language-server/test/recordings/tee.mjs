/**
 * Stands between an editor and the server, and writes down what they say to each other.
 *
 *   FLOODGATE_SERVER_BEHIND=<main.js> FLOODGATE_RECORDING=<file> node tee.mjs --stdio
 */
import { spawn } from "node:child_process";
import fs from "node:fs";
import process from "node:process";

const { FLOODGATE_SERVER_BEHIND: server, FLOODGATE_RECORDING: recording } = process.env;
const child = spawn(process.execPath, [server, ...process.argv.slice(2)], {
  stdio: ["pipe", "pipe", "inherit"],
});

/** Takes the messages out of a stream as they become whole. */
function recorder(from) {
  let unread = Buffer.alloc(0);
  return (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      const head = unread.indexOf("\r\n\r\n");
      if (head === -1) return;
      const length = Number(/content-length: *(\d+)/iu.exec(unread.toString("latin1", 0, head))[1]);
      const end = head + 4 + length;
      if (unread.length < end) return;
      const message = JSON.parse(unread.toString("utf8", head + 4, end));
      fs.appendFileSync(recording, `${JSON.stringify({ from, message })}\n`);
      unread = unread.subarray(end);
    }
  };
}

const fromClient = recorder("client");
const fromServer = recorder("server");
process.stdin.on("data", (chunk) => {
  fromClient(chunk);
  child.stdin.write(chunk);
});
process.stdin.on("end", () => child.stdin.end());
child.stdin.on("error", () => undefined);
child.stdout.on("data", (chunk) => {
  fromServer(chunk);
  process.stdout.write(chunk);
});
child.on("exit", (code) => process.exit(code ?? 1));
