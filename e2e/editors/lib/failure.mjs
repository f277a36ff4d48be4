/** What is kept of a failure, for whoever has to find its cause. */
import fs from "node:fs";
import path from "node:path";
import { screenshots } from "./paths.mjs";

/** @returns the error, with where the picture and the editor's own words are. */
export async function keepFailure(name, error, { workbench, codeServer }) {
  const file = path.join(screenshots, `failed-${name.replaceAll(/[^\w-]+/g, "-")}`);
  const notes = [error.stack ?? String(error)];
  if (workbench !== undefined) {
    await workbench.screenshot(path.basename(file)).catch((problem) => notes.push(`no picture: ${problem}`));
    notes.push("In the browser's console:", ...workbench.consoleErrors);
    notes.push("Asked of other machines, and refused:", ...workbench.outside);
  }
  if (codeServer !== undefined) notes.push("code-server's log:", codeServer.log());
  fs.mkdirSync(screenshots, { recursive: true });
  fs.writeFileSync(`${file}.txt`, notes.join("\n"));
  const where = `See ${file}.png and .txt`;
  error.message += `\n${where}`;
  // What a reporter prints was written down when the error was made.
  error.stack += `\n${where}`;
  return error;
}
