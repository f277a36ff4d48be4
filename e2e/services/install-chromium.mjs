// Sees to it that there is a Chromium to test with: Debian's, when none is installed.
import { spawnSync } from "node:child_process";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The command that starts a Chromium on this machine; installs one with apt when there is none. */
export function chromium() {
  return installed() ?? (install(), installed()) ?? fail();
}

function installed() {
  return names.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

function install() {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "--non-interactive"];
  for (const args of [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
  ]) {
    const [command, ...rest] = [...asRoot, ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], env });
  }
}

function fail() {
  throw new Error(`None of ${names.join(", ")} is installed, and apt-get could not install chromium.`);
}
