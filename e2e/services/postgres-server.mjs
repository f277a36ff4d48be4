// A PostgreSQL of our own: a new cluster on a free loopback port, gone with the test. Debian's, installed when there is
// none. PostgreSQL refuses to run as root, so that as root it runs as the user that the package makes.
import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./free-port.mjs";

const isRoot = process.getuid?.() === 0;

/** Starts one that allows so many connections; resolves to how to connect, and how to stop it. */
export async function startPostgres(maxConnections) {
  if (!binaries()) install();
  const folder = binaries();
  if (!folder) throw new Error("PostgreSQL is not installed, and apt-get could not install it.");
  const directory = mkdtempSync(join(tmpdir(), "floodgate-postgres-"));
  const user = isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (isRoot) chownSync(directory, user.uid, user.gid);
  const options = { cwd: directory, stdio: ["ignore", "ignore", "pipe"], ...user };

  const made = spawnSync(
    join(folder, "initdb"),
    ["-D", directory, "-U", "postgres", "-A", "trust", "--locale=C", "-E", "UTF8", "--no-sync"],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: maxConnections,
    fsync: "off",
  };
  const server = spawn(
    join(folder, "postgres"),
    ["-D", directory, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...options, stdio: "ignore" },
  );
  const gone = new Promise((resolve) => server.once("exit", resolve));
  const connection = { host: "127.0.0.1", port, user: "postgres", database: "postgres" };
  const stop = async () => {
    server.kill("SIGINT"); // A fast shutdown: it waits for nobody.
    await gone;
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let tries = 0; !(await answers(connection)); tries++) {
    if (tries === 300 || server.exitCode !== null) {
      await stop();
      throw new Error("PostgreSQL did not start within 30 s.");
    }
    await sleep(100);
  }
  return { connection, stop };
}

/** The folder of the newest version here. */
function binaries() {
  const versions = "/usr/lib/postgresql";
  const folders = existsSync(versions) ? readdirSync(versions) : [];
  return folders
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, "bin"))
    .find((folder) => existsSync(join(folder, "initdb")));
}

function install() {
  const asRoot = isRoot ? [] : ["sudo", "--non-interactive"];
  for (const args of [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"],
  ]) {
    const [command, ...rest] = [...asRoot, ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], env });
  }
}

function idOf(flag) {
  return Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
}

async function answers(connection) {
  const client = new pg.Client(connection);
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
