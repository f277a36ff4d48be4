// Reads every user in a directory, asks the profile service about each, and writes down what it said.
//
//   node main.js <directory with users> <address of the profile service> <directory for profiles>

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { limited } from "@floodgate/runtime";

const [usersDirectory, service, profilesDirectory] = process.argv.slice(2);

async function readUsers() {
  const files = await readdir(usersDirectory);
  return Promise.all(
    files.map(limited(10, async (file) => JSON.parse(await readFile(join(usersDirectory, file), "utf8")))),
  );
}

async function fetchProfile(user) {
  const response = await fetch(`${service}/profiles/${user.id}`);
  if (!response.ok) throw new Error(`${response.status} for user ${user.id}`);
  return await response.json();
}

const users = await readUsers();
const answers = await Promise.allSettled(users.map(limited(10, async (user) => fetchProfile(user))));
const profiles = answers.filter(({ status }) => status === "fulfilled").map(({ value }) => value);

await Promise.all(
  profiles.map(limited(10, async (profile) => {
    await writeFile(join(profilesDirectory, `${profile.id}.json`), JSON.stringify(profile));
  })),
);

const failed = answers.length - profiles.length;
console.log(`${profiles.length} profiles written, ${failed} failed.`);
const reason = answers.find(({ status }) => status === "rejected")?.reason;
if (reason) {
  console.log(`The first failure: ${reason.cause?.code ?? reason.message}.`);
  process.exitCode = 1;
}
