/** The folders of examples/ci as their users have them: copied out of here, the packed packages installed. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where `run.mjs` put the packed packages, by name. */
const tarballs = JSON.parse(process.env.FLOODGATE_TARBALLS ?? "{}");

/** A fan-out that nothing limits: reported, and limited by `--fix` where the `autofix` preset is on. */
export const flood = `export async function loadAll(ids) {
  return await Promise.all(ids.map(async (id) => fetch(\`https://shop.example/\${id}\`)));
}
`;

/** A fan-out that is reported, and for which `--fix` has no answer: whether to wait is for the author to say. */
export const unfixable = `export function notifyAll(users) {
  users.forEach(async (user) => {
    await fetch(\`https://shop.example/notify/\${user}\`);
  });
}
`;

/** Copies an example into a git repository of its own and installs what it asks for. */
export function installExample(name) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `floodgate-${name}-`)));
  after(() => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  cpSync(join(root, "examples/ci", name), directory, { recursive: true });
  for (const manifest of manifestsBelow(directory)) usePacked(manifest);
  writeFileSync(join(directory, ".gitignore"), "node_modules/\n.turbo/\n.nx/\n");

  const project = {
    directory,
    /** A command line, as a shell or a CI job runs it. */
    run(command, env = {}) {
      const { status, stdout, stderr, error } = spawnSync("bash", ["-c", command], {
        cwd: directory,
        encoding: "utf8",
        env: { ...outsideEnvironment(), ...env },
        timeout: 300_000,
      });
      if (error !== undefined) throw error;
      return { status, stdout, stderr, output: `${stdout}${stderr}` };
    },
    /** The same, where anything but success is an error. */
    must(command, env) {
      const outcome = project.run(command, env);
      if (outcome.status !== 0) throw new Error(`${command}: ${outcome.status}\n${outcome.output}`);
      return outcome;
    },
    write(file, text) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    },
    read: (file) => readFileSync(join(directory, file), "utf8"),
    remove(file) {
      rmSync(join(directory, file));
    },
  };
  project.must(
    "git init --quiet --initial-branch=main && git config user.name Ada && git config user.email ada@example.com",
  );
  project.must("npm install --no-audit --no-fund --prefer-offline --loglevel=error");
  project.must("git add . && git commit --quiet --no-verify --message first");
  return project;
}

/** The values of `run:` in a workflow, or of `script:` in a pipeline, that call this command. */
export function commandLines(yaml, command) {
  const lines = yaml.split("\n").map((line) =>
    line
      .trim()
      .replace(/^- /u, "")
      .replace(/^run: /u, ""),
  );
  return lines.filter((line) => line.startsWith(`npx ${command} `));
}

function manifestsBelow(directory) {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("package.json"))
    .map((file) => join(directory, file));
}

/** Floodgate's packages from here, in place of the registry's. */
function usePacked(manifest) {
  const json = JSON.parse(readFileSync(manifest, "utf8"));
  for (const dependencies of [json.dependencies ?? {}, json.devDependencies ?? {}]) {
    for (const name of Object.keys(dependencies)) {
      if (name in tarballs) dependencies[name] = `file:${tarballs[name]}`;
    }
  }
  // What the language server depends on is not in the registry either.
  if ("@floodgate/language-server" in (json.devDependencies ?? {})) {
    json.overrides = { "eslint-plugin-floodgate": "$eslint-plugin-floodgate" };
  }
  writeFileSync(manifest, `${JSON.stringify(json, null, 2)}\n`);
}

/** No colours, nothing sent home, and nothing of the npm, git and CI that run these tests. */
function outsideEnvironment() {
  const own = /^(?:npm_|NODE_OPTIONS|NODE_ENV|NODE_TEST|INIT_CWD|GIT_|CI$|GITHUB_|GITLAB_)/iu;
  const environment = Object.entries(process.env).filter(([name]) => !own.test(name));
  return {
    ...Object.fromEntries(environment),
    NO_COLOR: "1",
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
    NX_DAEMON: "false",
  };
}
