/** Projects that have never heard of this workspace: the packed packages, installed into a folder of their own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What a command said and how it ended. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, for messages of failing tests. */
  readonly output: string;
}

export interface ScratchProject {
  readonly directory: string;
  /** `npm install` with these packages: names with versions, or paths of tarballs. */
  install(...packages: readonly string[]): void;
  /** `npm exec`: a command of an installed package, as `npx` runs it. */
  npx(command: string, ...args: readonly string[]): Outcome;
  /** The same, called from a folder below. */
  npxIn(folder: string, command: string, ...args: readonly string[]): Outcome;
  /** Node on a file of the project. */
  node(...args: readonly string[]): Outcome;
  write(files: Readonly<Record<string, string>>): void;
  read(file: string): string;
  remove(): void;
}

/** Makes a folder with these files in the system's own temporary folder. */
export function scratchProject(files: Readonly<Record<string, string>>): ScratchProject {
  const directory = mkdtempSync(join(tmpdir(), "floodgate-e2e-"));
  const project: ScratchProject = {
    directory,
    install(...packages) {
      const outcome = npm(directory, [
        "install",
        ...packages,
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        "--loglevel=error",
      ]);
      if (outcome.exitCode !== 0) throw new Error(`npm install failed:\n${outcome.output}`);
    },
    npx: (command, ...args) => project.npxIn(".", command, ...args),
    npxIn: (folder, command, ...args) =>
      npm(join(directory, folder), ["exec", "--no", "--loglevel=error", "--", command, ...args]),
    node: (...args) => run(process.execPath, args, directory),
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        const path = join(directory, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    },
    read: (file) => readFileSync(join(directory, file), "utf8"),
    remove() {
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  project.write(files);
  return project;
}

/** npm itself, wherever it is: as a script where npm started us, otherwise through the shell. */
export function npm(directory: string, args: readonly string[]): Outcome {
  const script = process.env["npm_execpath"];
  return script === undefined
    ? run("npm", args, directory, true)
    : run(process.execPath, [script, ...args], directory);
}

function run(command: string, args: readonly string[], cwd: string, shell = false): Outcome {
  const environment = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  // What this workspace's npm and vitest tell their children is none of the outside project's business.
  const own = Object.entries(environment).filter(
    ([name]) =>
      !/^(?:npm_(?:config_local_prefix|package_|lifecycle_)|NODE_OPTIONS|NODE_ENV|VITEST|INIT_CWD)/iu.test(
        name,
      ),
  );
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    shell,
    encoding: "utf8",
    env: Object.fromEntries(own),
    timeout: 180_000,
  });
  if (error !== undefined) throw error;
  return { exitCode: status, stdout, stderr, output: `${stdout}${stderr}` };
}
