/** Settings per resource: asked of the client once, kept until it says that they changed, wrong ones named. */
import { resolvePolicy, type Policy } from "eslint-plugin-floodgate/analysis";

/** What the server itself takes from the object under `floodgate`; everything else there is the analysis's policy. */
export interface ServerSettings {
  /** `auto`: step back where the client says that ESLint shows our rules. `never`: no diagnostics, quick fixes stay. */
  readonly lint: "auto" | "always" | "never";
  readonly types: "auto" | "off";
  /** Old-generation heap of the process that answers type questions, in MB. */
  readonly typesMemoryLimit: number;
  readonly inlayHints: boolean;
  /** Folder of the vendored limiter, relative to the package it is for; `""` is beside the file being fixed. */
  readonly vendorFolder: string;
}

export interface ResolvedSettings {
  readonly server: ServerSettings;
  readonly policy: Policy;
  /** One sentence per wrong setting. */
  readonly problems: readonly string[];
}

const defaults: ServerSettings = {
  lint: "auto",
  types: "auto",
  typesMemoryLimit: 1024,
  inlayHints: false,
  vendorFolder: "src",
};

const expectations: { readonly [K in keyof ServerSettings]: readonly [(value: unknown) => boolean, string] } =
  {
    lint: [
      (value) => value === "auto" || value === "always" || value === "never",
      'one of "auto", "always", "never"',
    ],
    types: [(value) => value === "auto" || value === "off", 'one of "auto", "off"'],
    typesMemoryLimit: [
      (value) => Number.isInteger(value) && (value as number) >= 64,
      "an integer from 64 and up",
    ],
    inlayHints: [(value) => typeof value === "boolean", "a boolean"],
    vendorFolder: [(value) => typeof value === "string", "a string"],
  };

/** Settings of the client alone, which arrive in the same object because VS Code sends the whole section. */
const clientOnly: ReadonlySet<string> = new Set(["trace", "enable", "statusBar"]);

/** @param section - The object under `floodgate`, as a client sends it. */
export function resolveSettings(section: unknown): ResolvedSettings {
  if (section === undefined || section === null) return { server: defaults, ...resolvePolicy() };
  if (typeof section !== "object" || Array.isArray(section)) {
    const { policy, problems } = resolvePolicy(section);
    return { server: defaults, policy, problems };
  }
  const server: Record<string, unknown> = { ...defaults };
  const rest: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(section as Record<string, unknown>)) {
    if (clientOnly.has(name) || value === undefined || value === null) continue;
    if (!Object.hasOwn(expectations, name)) {
      rest[name] = value;
      continue;
    }
    const [holds, expected] = expectations[name as keyof ServerSettings];
    if (holds(value)) server[name] = value;
    else
      problems.push(
        `Expected the Floodgate setting \`${name}\` to be ${expected}, got \`${JSON.stringify(value)}\` (${typeof value}).`,
      );
  }
  const resolved = resolvePolicy(rest);
  return {
    server: server as unknown as ServerSettings,
    policy: resolved.policy,
    problems: [...problems, ...resolved.problems],
  };
}

export interface Settings {
  /** @param uri - The document they are for: a workspace folder may have its own. */
  of(uri: string): Promise<ResolvedSettings>;
  /** Something changed: ask again when next needed. */
  drop(): void;
}

/**
 * @param ask - Gets the section from the client.
 * @param complain - Told each problem once, until it is mended.
 */
export function createSettings(
  ask: (uri: string) => Promise<unknown>,
  complain: (problem: string) => void,
): Settings {
  let known = new Map<string, Promise<ResolvedSettings>>();
  let complaints = new Set<string>();
  let stale = new Set<string>();
  const resolve = async (uri: string): Promise<ResolvedSettings> => {
    let section: unknown;
    try {
      section = await ask(uri);
    } catch {
      // A client that announced `workspace/configuration` and then refuses to answer it is served with the defaults.
      section = undefined;
    }
    const settings = resolveSettings(section);
    for (const problem of settings.problems) {
      if (!complaints.has(problem) && !stale.has(problem)) complain(problem);
      complaints.add(problem);
    }
    return settings;
  };
  return {
    of(uri) {
      let settings = known.get(uri);
      if (settings === undefined) known.set(uri, (settings = resolve(uri)));
      return settings;
    },
    drop() {
      known = new Map();
      stale = complaints;
      complaints = new Set();
    },
  };
}
