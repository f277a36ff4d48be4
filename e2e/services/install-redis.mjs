// Sees to it that there are servers to test with: Debian's Redis, and Valkey where Debian has it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../../node_modules/.cache/floodgate-valkey/", import.meta.url));

/** The servers on this machine, as `{ name, command }`: a Redis always, installed with apt when there is none. */
export function servers() {
  if (!runs("redis-server")) installRedis();
  if (!runs("redis-server")) {
    throw new Error("redis-server is not installed, and apt-get could not install it.");
  }
  const valkey = ["valkey-server", join(cache, "usr/bin/valkey-server")].find(runs) ?? unpackValkey();
  return [
    { name: "Redis", command: "redis-server" },
    ...(valkey === undefined ? [] : [{ name: "Valkey", command: valkey }]),
  ];
}

function runs(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

function installRedis() {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "--non-interactive"];
  for (const args of [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "redis-server"],
  ]) {
    const [command, ...rest] = [...asRoot, ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], env });
  }
}

/**
 * Valkey is in Debian from version 13 on, and in the backports of version 12. Fetched with lists of its own and unpacked
 * into a folder of ours, so that nothing of the machine changes.
 */
function unpackValkey() {
  if (!existsSync("/etc/debian_version")) return undefined;
  const codename = /^VERSION_CODENAME=(\w+)$/mu.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
  mkdirSync(join(cache, "lists/partial"), { recursive: true });
  const sources = ["", "-backports"].map(
    (suite) => `deb http://deb.debian.org/debian ${codename}${suite} main`,
  );
  writeFileSync(join(cache, "sources.list"), `${sources.join("\n")}\n`);
  const apt = (...args) =>
    spawnSync(
      "apt-get",
      [
        ...["-qq", "-o", `Dir::Etc::sourcelist=${cache}sources.list`, "-o", "Dir::Etc::sourceparts=-"],
        ...["-o", `Dir::State::lists=${cache}lists`, "-o", "Debug::NoLocking=1", ...args],
      ],
      { cwd: cache, stdio: "ignore" },
    );
  apt("update");
  apt("download", "valkey-server", "valkey-tools");
  for (const name of readdirSync(cache)) {
    if (name.endsWith(".deb")) spawnSync("dpkg", ["-x", name, "."], { cwd: cache, stdio: "ignore" });
  }
  const command = join(cache, "usr/bin/valkey-server");
  if (runs(command)) return command;
  console.log("There is no Valkey to be had here: the tests run on Redis only.");
  return undefined;
}
