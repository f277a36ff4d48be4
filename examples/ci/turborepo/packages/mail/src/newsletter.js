import { forEachLimit } from "@floodgate/runtime";

/** Writes to each reader, five at a time. */
export async function sendTo(readers, send) {
  await forEachLimit(readers, 5, async (reader) => send(reader));
}
