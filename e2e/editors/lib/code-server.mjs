/** Starts a real VS Code workbench (code-server) on 127.0.0.1, and stops only the process group it started. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { installInto } from "./installed.mjs";
import { codeServer, node24 } from "./paths.mjs";

const quietSettings = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "git.enabled": false,
  "editor.minimap.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "typescript.surveys.enabled": false,
  "typescript.disableAutomaticTypeAcquisition": true,
  "typescript.validate.enable": false,
  "javascript.validate.enable": false,
  "files.autoSave": "off",
  "files.hotExit": "off",
  // Nothing that moves while nobody looks: every frame is drawn by the processor here.
  "workbench.reduceMotion": "on",
  "editor.cursorBlinking": "solid",
  // The TypeScript extension is there as it is for users; its project-wide half, which we have nothing to do with, is not.
  "typescript.tsserver.useSyntaxServer": "always",
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/**
 * @param {object} options
 * @param {string[]} [options.extensions] - packed extensions
 * @param {Record<string, string>} options.files - the workspace, path to text
 * @param {object} [options.settings] - user settings on top of the quiet ones
 * @param {Record<string, string>} [options.env] - for the server, and so for the extension host
 * @param {boolean} [options.trust] - whether workspace trust is asked for; otherwise everything is trusted
 */
export async function startCodeServer({ extensions = [], files, settings = {}, env = {}, trust = false }) {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "floodgate-vscode-"));
  const folder = (name) => {
    const made = path.join(base, name);
    fs.mkdirSync(made, { recursive: true });
    return made;
  };
  const [data, installed, workspace, home] = ["data", "extensions", "workspace", "home"].map(folder);
  const suites = folder("suites");
  const write = (file, text) => {
    const target = path.join(workspace, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
    return target;
  };
  const userSettings = { ...quietSettings, "security.workspace.trust.enabled": trust, ...settings };
  const settingsFile = path.join(folder("data/User"), "settings.json");
  fs.writeFileSync(settingsFile, JSON.stringify(userSettings, null, 2));
  for (const [file, text] of Object.entries(files)) write(file, text);

  const environment = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    FLOODGATE_SUITES: suites,
    ...env,
  };
  delete environment.VSCODE_IPC_HOOK_CLI;
  delete environment.NODE_OPTIONS;
  installInto(installed, extensions, environment);

  const port = await freePort();
  const logFile = path.join(base, "code-server.log");
  const log = fs.openSync(logFile, "a");
  const options = ["--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry"];
  const quiet = ["--disable-update-check", "--disable-getting-started-override"];
  if (!trust) quiet.push("--disable-workspace-trust");
  const folders = ["--user-data-dir", data, "--extensions-dir", installed];
  const child = spawn(node24, [codeServer, ...folders, ...options, ...quiet], {
    env: environment,
    detached: true,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // Gone already.
    }
  };
  // Whatever ends this process early must not leave an editor behind.
  const orphaned = () => signal("SIGKILL");
  process.once("exit", orphaned);

  const url = `http://127.0.0.1:${port}`;
  const giveUpAt = Date.now() + 30_000;
  while (
    !(await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (Date.now() > giveUpAt || child.exitCode !== null) {
      throw new Error(`code-server did not start: ${fs.readFileSync(logFile, "utf8")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  const stop = async () => {
    process.off("exit", orphaned);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null) {
      signal("SIGTERM");
      const stubborn = setTimeout(() => signal("SIGKILL"), 5000);
      await gone;
      clearTimeout(stubborn);
    }
    fs.rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  };

  return {
    url,
    workspace,
    installed,
    suites,
    write,
    stop,
    /** The workbench's address, with the folder (or `.code-workspace` file) open, and a file in an editor. */
    workbench({ open, workspaceFile } = {}) {
      const query = [
        workspaceFile === undefined
          ? `folder=${encodeURIComponent(workspace)}`
          : `workspace=${encodeURIComponent(path.join(workspace, workspaceFile))}`,
      ];
      if (open !== undefined) {
        const uri = `vscode-remote://127.0.0.1:${port}${path.join(workspace, open)}`;
        query.push(`payload=${encodeURIComponent(JSON.stringify([["openFile", uri]]))}`);
      }
      return `${url}/?${query.join("&")}`;
    },
    read: (file) => fs.readFileSync(path.join(workspace, file), "utf8"),
    exists: (file) => fs.existsSync(path.join(workspace, file)),
    log: () => fs.readFileSync(logFile, "utf8"),
    setUserSettings: (more) =>
      fs.writeFileSync(settingsFile, JSON.stringify({ ...userSettings, ...more }, null, 2)),
  };
}
