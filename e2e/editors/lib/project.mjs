/** A project on disk, for editors that open a folder. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { installRuntime, manifest, source, tsconfig } from "./workspace.mjs";

export function makeProject() {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "floodgate-project-")));
  const file = path.join(folder, "src/app.ts");
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, source);
  fs.writeFileSync(path.join(folder, "package.json"), manifest);
  fs.writeFileSync(path.join(folder, "tsconfig.json"), tsconfig);
  installRuntime(folder);
  return { folder, file, remove: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
