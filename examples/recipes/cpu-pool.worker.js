import { scryptSync } from "node:crypto";

/** Takes a processor for a while, on purpose. */
export default (password) => scryptSync(password, "salt", 32, { N: 2 ** 12 }).toString("hex");
