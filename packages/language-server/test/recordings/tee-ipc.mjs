/** Stands in for the extension's `server.js`, and writes down what it and VS Code say to each other over Node IPC. */
import fs from "node:fs";
import process from "node:process";

const record = (from, message) =>
  fs.appendFileSync(process.env.FLOODGATE_RECORDING, `${JSON.stringify({ from, message })}\n`);
const send = process.send.bind(process);
process.send = (message, ...rest) => {
  record("server", message);
  return send(message, ...rest);
};
process.on("message", (message) => {
  record("client", message);
});
// Not before: it takes `process.send` as it finds it.
void import("./server-behind.js");
