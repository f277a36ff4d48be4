/** The clients of Redis we know, behind one door. They are passed in: nothing is imported, not even types. */
import { badArgument } from "../bad-argument.ts";
import { RedisUnavailableError } from "./errors.ts";
import type { Script } from "./scripts.ts";

/** What is used of node-redis 4 and up: `createClient()` and `createCluster()`. */
export interface NodeRedisLike {
  readonly isOpen: boolean;
  eval(script: string, options: NodeRedisArguments): Promise<unknown>;
  evalSha(sha: string, options: NodeRedisArguments): Promise<unknown>;
  duplicate(): unknown;
}

interface NodeRedisArguments {
  keys: string[];
  arguments: string[];
}

/** What is used of ioredis 5 and up, or of iovalkey: `new Redis()` and `new Cluster()`. */
export interface IoRedisLike {
  readonly status: string;
  readonly isCluster: boolean;
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  duplicate(): unknown;
}

/** A client of Redis or Valkey: of node-redis (4 and up), ioredis (5 and up), or iovalkey. */
export type RedisClientLike = NodeRedisLike | IoRedisLike;

/** A connection of its own that hears what is published. */
export interface Subscription {
  /** Settles when it is there, or cannot be had. */
  readonly opened: Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  /** Ends the connection at once, also one that is not there yet. */
  end(): void;
}

/** One client, whatever its make. */
export interface Connection {
  /**
   * Runs a script.
   *
   * @throws {RedisUnavailableError} when Redis cannot be reached, or will answer later.
   * @throws {Error} when waiting would not help: the client is closed, or Redis runs no scripts.
   */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Opens a second connection. `onReady` is called each time it is there again after it was lost. */
  subscriber(onReady: () => void): Subscription;
}

/** @throws {TypeError} when it is no client of a make we know. */
export function connectionOf(client: RedisClientLike): Connection {
  const known = connections.get(client);
  if (known) return known;
  const connection = isNodeRedis(client) ? nodeRedis(client) : ioRedis(asIoRedis(client));
  connections.set(client, connection);
  return connection;
}

const connections = new WeakMap<RedisClientLike, Connection>();

function isNodeRedis(client: RedisClientLike): client is NodeRedisLike {
  const { evalSha, duplicate } = Object(client) as Partial<NodeRedisLike>;
  return typeof evalSha === "function" && typeof duplicate === "function";
}

function asIoRedis(client: RedisClientLike): IoRedisLike {
  const { evalsha, duplicate, status } = Object(client) as Partial<IoRedisLike>;
  // The third is not there in node-redis 3, which knows no promises.
  if (typeof evalsha === "function" && typeof duplicate === "function" && typeof status === "string") {
    return client as IoRedisLike;
  }
  throw badArgument("client", "a client of node-redis (4 and up), ioredis (5 and up) or iovalkey", client);
}

function nodeRedis(client: NodeRedisLike): Connection {
  return {
    run: runner(
      () => client.isOpen,
      (sha, keys, args) => client.evalSha(sha, { keys, arguments: args }),
      (lua, keys, args) => client.eval(lua, { keys, arguments: args }),
    ),
    subscriber(onReady) {
      const own = client.duplicate() as NodeRedisSubscriber;
      own.on("error", () => undefined);
      own.on("ready", onReady);
      return {
        opened: own.connect(),
        subscribe: (channel, listener) => own.subscribe(channel, listener),
        unsubscribe: (channel) => own.unsubscribe(channel),
        end() {
          if (own.destroy) own.destroy();
          else void own.disconnect().catch(() => undefined);
        },
      };
    },
  };
}

interface NodeRedisSubscriber {
  on(event: "error" | "ready", listener: () => void): unknown;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  disconnect(): Promise<unknown>;
  /** Since version 5, in place of `disconnect`. */
  destroy?(): void;
}

function ioRedis(client: IoRedisLike): Connection {
  return {
    run: runner(
      () => client.status !== "end",
      (sha, keys, args) => client.evalsha(sha, keys.length, ...keys, ...args),
      (lua, keys, args) => client.eval(lua, keys.length, ...keys, ...args),
    ),
    subscriber(onReady) {
      // What is asked for before it is connected has to wait, also where the client itself is told not to.
      const overrides = client.isCluster ? [] : [{ enableOfflineQueue: true }];
      const own = (client.duplicate as (...overrides: object[]) => IoRedisSubscriber)(...overrides);
      const listeners = new Map<string, (message: string) => void>();
      own.on("error", () => undefined);
      own.on("ready", onReady);
      own.on("message", (channel, message) => listeners.get(channel)?.(message));
      return {
        opened: Promise.resolve(),
        subscribe(channel, listener) {
          listeners.set(channel, listener);
          return own.subscribe(channel);
        },
        unsubscribe(channel) {
          listeners.delete(channel);
          return own.unsubscribe(channel);
        },
        end: () => own.disconnect(),
      };
    },
  };
}

interface IoRedisSubscriber {
  on(event: "error" | "ready", listener: () => void): unknown;
  on(event: "message", listener: (channel: string, message: string) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  disconnect(): void;
}

type Evaluate = (code: string, keys: string[], args: string[]) => Promise<unknown>;

/** Runs scripts by their name, and in full where the server has not seen them. */
function runner(isOpen: () => boolean, byName: Evaluate, inFull: Evaluate): Connection["run"] {
  return async ({ lua, sha }, keys, args) => {
    if (!isOpen()) {
      throw new Error(
        "The Redis client is not connected: with node-redis, `await client.connect()` first; and close limiters before the client.",
      );
    }
    const texts = args.map(String);
    try {
      return await (sha === undefined ? inFull(lua, [...keys], texts) : byName(sha, [...keys], texts)).catch(
        (error: unknown) => {
          if (sha === undefined || !messageOf(error).startsWith("NOSCRIPT")) throw error;
          return inFull(lua, [...keys], texts);
        },
      );
    } catch (error) {
      throw explained(error);
    }
  };
}

/** An error of a client as one of ours: what says that it is of no use to wait stays an ordinary error. */
function explained(error: unknown): Error {
  // Before version 7 what went wrong in a script stands behind where.
  const message = messageOf(error).replace(
    /^ERR Error running script .*?@user_script: ?\d+: -?(?=[A-Z]+ )/su,
    "",
  );
  if (/^ERR unknown command .?eval|^NOPERM.*\beval/iu.test(message)) {
    return new Error(
      "This Redis runs no Lua scripts for us: `EVAL` and `EVALSHA` of Redis 6.0 or Valkey 7.2 and up are needed, neither renamed nor forbidden.",
      { cause: error },
    );
  }
  if (/^(?:ERR|NOPERM|NOAUTH|WRONGPASS|WRONGTYPE|CROSSSLOT)\b/u.test(message)) {
    return new Error(`Redis refuses: ${message}`, { cause: error });
  }
  return new RedisUnavailableError(`Redis cannot be asked: ${message}`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
