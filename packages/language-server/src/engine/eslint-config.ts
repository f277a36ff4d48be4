/**
 * The project's flat ESLint config, asked through the project's own ESLint: only where the config may speak of our rules,
 * because asking runs the project's code.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { configFromEslint, type FileConfig } from "./rule-config.ts";

export type ProjectConfig =
  | { readonly kind: "config"; readonly config: FileConfig }
  | { readonly kind: "ignored" }
  /** No ESLint config, or one that does not speak of our rules. */
  | { readonly kind: "none" };

export interface EslintConfigs {
  of(fileName: string): Promise<ProjectConfig>;
  /** Configs changed: the next question reads them anew. */
  drop(): void;
}

interface EslintInstance {
  calculateConfigForFile(fileName: string): Promise<unknown>;
  isPathIgnored(fileName: string): Promise<boolean>;
}

interface EslintModule {
  readonly ESLint: new (options: { cwd: string; overrideConfigFile?: string }) => EslintInstance;
}

const configNames = ["js", "mjs", "cjs", "ts", "mts", "cts"].map((extension) => `eslint.config.${extension}`);

/** @param complain - Told once per config that cannot be read. */
export function eslintConfigs(complain: (problem: string) => void): EslintConfigs {
  let found = new Map<string, string | undefined>();
  let instances = new Map<string, Promise<EslintInstance | undefined>>();
  const complaints = new Set<string>();

  const configAbove = (folder: string): string | undefined => {
    if (found.has(folder)) return found.get(folder);
    const here = configNames.map((name) => join(folder, name)).find((path) => existsSync(path));
    const parent = dirname(folder);
    const config = here ?? (parent === folder ? undefined : configAbove(parent));
    found.set(folder, config);
    return config;
  };

  const instanceFor = (config: string): Promise<EslintInstance | undefined> => {
    let instance = instances.get(config);
    if (instance === undefined) instances.set(config, (instance = load(config)));
    return instance;
  };

  return {
    async of(fileName) {
      const config = configAbove(dirname(fileName));
      if (config === undefined) return { kind: "none" };
      try {
        const eslint = await instanceFor(config);
        if (eslint === undefined) return { kind: "none" };
        if (await eslint.isPathIgnored(fileName)) return { kind: "ignored" };
        const computed = configFromEslint(await eslint.calculateConfigForFile(fileName));
        return computed === undefined ? { kind: "none" } : { kind: "config", config: computed };
      } catch (error) {
        if (!complaints.has(config)) {
          complaints.add(config);
          const reason = error instanceof Error ? error.message : String(error);
          complain(`${config} could not be used, so the recommended rules apply: ${reason}`);
        }
        return { kind: "none" };
      }
    },
    drop() {
      found = new Map();
      instances = new Map();
      complaints.clear();
    },
  };
}

/** The project's ESLint, or undefined where its config cannot hold our rules. */
async function load(config: string): Promise<EslintInstance | undefined> {
  const require = createRequire(config);
  if (!mentionsUs(config) && !resolves(require, "eslint-plugin-floodgate")) return undefined;
  if (!resolves(require, "eslint")) throw new Error("ESLint is not installed there.");
  const { ESLint } = (await import(pathToFileURL(require.resolve("eslint")).href)) as EslintModule;
  return new ESLint({ cwd: dirname(config) });
}

function mentionsUs(config: string): boolean {
  return readFileSync(config, "utf8").includes("floodgate");
}

function resolves(require: NodeJS.Require, specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch {
    return false;
  }
}
