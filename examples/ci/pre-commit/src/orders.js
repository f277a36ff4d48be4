import { mapLimit } from "@floodgate/runtime";

/** Asks for each order, ten at a time. */
export async function loadOrders(ids) {
  return await mapLimit(ids, 10, async (id) => fetch(`https://shop.example/orders/${id}`));
}
