// Removes what an older build left in dist/: compiled files whose source is gone, which the compiler never deletes and
// a package would bring along.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../packages", import.meta.url));
for (const name of ["runtime", "eslint-plugin", "language-server"]) {
  const dist = join(packages, name, "dist");
  if (!existsSync(dist)) continue;
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const compiled = /^(?:cjs[\\/])?(.+?)(?:\.d\.ts|\.js)(?:\.map)?$/u.exec(file);
    if (compiled === null) continue;
    if (!existsSync(join(packages, name, "src", `${compiled[1]}.ts`))) rmSync(join(dist, file));
  }
}
