/**
 * What `tsc` leaves to do after it has written `dist/` (ES modules) and `dist/cjs/` (CommonJS).
 *
 * It marks the second as CommonJS, and lets declarations import `./x.js`: `tsc` rewrites the extension in JavaScript only,
 * and TypeScript before 5.0 refuses `./x.ts`, in declarations too.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const dist = new URL("./dist/", import.meta.url);

writeFileSync(new URL("cjs/package.json", dist), '{ "type": "commonjs" }\n');

for (const name of readdirSync(dist, { recursive: true })) {
  if (!name.endsWith(".d.ts")) continue;
  const file = new URL(name.replaceAll("\\", "/"), dist);
  const text = readFileSync(file, "utf8");
  const rewritten = text.replaceAll(/(from|import\()\s*"(\.[^"]*)\.ts"/gu, (whole) =>
    whole.replace(/\.ts"$/u, '.js"'),
  );
  if (rewritten !== text) writeFileSync(file, rewritten);
}
