/** The workspace that the editors open: a project that has `@floodgate/runtime`, as its users install it. */
import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

export const source = `export async function load(urls: string[]) {
  const bodies = await Promise.all(urls.map(async (url) => fetch(url)));
  return bodies.length;
}
`;

export const tsconfig = JSON.stringify({
  compilerOptions: {
    strict: true,
    module: "nodenext",
    target: "es2022",
    lib: ["es2022", "dom"],
    noEmit: true,
  },
  include: ["src"],
});

export const manifest = JSON.stringify({
  name: "opened",
  private: true,
  type: "module",
  dependencies: { "@floodgate/runtime": "^0.1.0" },
});

/** Puts the built runtime where npm would, in a folder of the project. */
export function installRuntime(folder) {
  const target = path.join(folder, "node_modules/@floodgate/runtime");
  fs.mkdirSync(target, { recursive: true });
  const from = path.join(root, "packages/runtime");
  fs.copyFileSync(path.join(from, "package.json"), path.join(target, "package.json"));
  fs.cpSync(path.join(from, "dist"), path.join(target, "dist"), { recursive: true });
}
