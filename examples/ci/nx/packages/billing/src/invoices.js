import { mapLimit } from "@floodgate/runtime";

/** Sends each invoice, ten at a time. */
export async function sendAll(invoices) {
  return await mapLimit(invoices, 10, async ({ id }) =>
    fetch(`https://billing.example/invoices/${id}`, { method: "POST" }),
  );
}
