/** A project on disk for one test. */
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);

export interface TestFolder {
  readonly path: string;
  readonly uri: string;
  uriOf(file: string): string;
  write(file: string, text: string): void;
  /** Installs a package that this repository has. */
  link(name: string): void;
  remove(file?: string): void;
}

/** @param files - Path → text. */
export function testFolder(files: Readonly<Record<string, string>> = {}): TestFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-server-")));
  const folder: TestFolder = {
    path,
    uri: pathToFileURL(path).href,
    uriOf: (file) => pathToFileURL(join(path, file)).href,
    write(file, text) {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      const before = statSync(target, { throwIfNoEntry: false })?.mtimeMs;
      writeFileSync(target, text);
      // Whoever saves twice takes longer than a test does, and than the ticks in which file systems and ESLint tell time.
      const second = before === undefined ? undefined : before / 1000 + 1;
      if (second !== undefined) utimesSync(target, second, second);
    },
    link(name) {
      mkdirSync(join(path, "node_modules"), { recursive: true });
      symlinkSync(
        dirname(require.resolve(`${name}/package.json`)),
        join(path, "node_modules", name),
        "junction",
      );
    },
    remove(file = "") {
      rmSync(join(path, file), { recursive: true, force: true });
    },
  };
  for (const [file, text] of Object.entries(files)) folder.write(file, text);
  return folder;
}
