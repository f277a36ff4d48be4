/** Packed extensions as VS Code installs them. Its installer takes seconds, so each set of them is installed once and then copied. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { codeServer, extensionCache, node24 } from "./paths.mjs";

/** @param {string[]} packages - `.vsix` files, put into the folder `target` with VS Code's own list of them. */
export function installInto(target, packages, env) {
  const hash = createHash("sha256");
  for (const file of packages) hash.update(fs.readFileSync(file));
  const cached = path.join(extensionCache, hash.digest("hex"));
  if (!fs.existsSync(cached)) install(cached, packages, env);
  fs.cpSync(cached, target, { recursive: true });
  const list = path.join(target, "extensions.json");
  if (fs.existsSync(list)) fs.writeFileSync(list, fs.readFileSync(list, "utf8").replaceAll(cached, target));
}

function install(cached, packages, env) {
  fs.mkdirSync(extensionCache, { recursive: true });
  const data = fs.mkdtempSync(path.join(extensionCache, "data-"));
  const flags = packages.flatMap((file) => ["--install-extension", file]);
  const args = [codeServer, "--user-data-dir", data, "--extensions-dir", cached, ...flags, "--force"];
  const { status, stdout, stderr } = spawnSync(node24, args, { env, encoding: "utf8" });
  fs.rmSync(data, { recursive: true, force: true });
  if (status === 0 && stdout.split("successfully installed").length === packages.length + 1) return;
  fs.rmSync(cached, { recursive: true, force: true });
  throw new Error(`${packages.join(" and ")} could not be installed: ${stdout}${stderr}`);
}
