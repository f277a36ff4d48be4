// The clients of Redis that people use, each as `{ name, open }`; an open one is `{ client, end }`.
// Loaded when they are opened: a process that uses one of them starts sooner.
const host = "127.0.0.1";

/** A node-redis that tries to reconnect at once, so that tests are short. */
async function nodeRedis(port, options = {}, redis = import("redis")) {
  const { createClient } = await redis;
  const client = createClient({ socket: { port, host, reconnectStrategy: 20 }, ...options });
  client.on("error", () => undefined);
  await client.connect();
  return { client, end: () => (client.destroy ?? client.disconnect).call(client) };
}

async function ioRedis(port, options = {}, redis = import("ioredis")) {
  const { Redis } = await redis;
  const client = new Redis(port, host, { retryStrategy: () => 20, maxRetriesPerRequest: null, ...options });
  client.on("error", () => undefined);
  await new Promise((resolve) => client.once("ready", resolve));
  return { client, end: () => client.disconnect() };
}

export const singles = [
  { name: "node-redis", open: nodeRedis },
  { name: "ioredis", open: ioRedis },
];

export const others = [
  { name: "node-redis 4", open: (port) => nodeRedis(port, {}, import("redis-4")) },
  { name: "node-redis 5", open: (port) => nodeRedis(port, {}, import("redis-5")) },
  { name: "ioredis 5", open: (port) => ioRedis(port, {}, import("ioredis-5")) },
  { name: "iovalkey", open: (port) => ioRedis(port, {}, import("iovalkey")) },
  { name: "ioredis with a key prefix", open: (port) => ioRedis(port, { keyPrefix: "shop:" }) },
  { name: "ioredis without an offline queue", open: (port) => ioRedis(port, { enableOfflineQueue: false }) },
  { name: "node-redis with RESP2", open: (port) => nodeRedis(port, { RESP: 2 }) },
];

export const clusters = [
  {
    name: "a cluster through node-redis",
    async open(port) {
      const { createCluster } = await import("redis");
      const client = createCluster({ rootNodes: [{ url: `redis://${host}:${port}` }] });
      client.on("error", () => undefined);
      await client.connect();
      return { client, end: () => client.destroy() };
    },
  },
  {
    name: "a cluster through ioredis",
    async open(port) {
      const { Cluster } = await import("ioredis");
      const client = new Cluster([{ port, host }]);
      client.on("error", () => undefined);
      await client.set("ready", 1, "PX", 1);
      return { client, end: () => client.disconnect() };
    },
  },
];
