/** Who waits in this process is told when something comes back in another: one connection per client listens for all. */
import type { Connection, Subscription } from "./client.ts";

type Listener = (message?: string) => void;

/** What listens until it is stopped. */
export interface Listening {
  /** Settles when it listens, or cannot. */
  readonly begun: Promise<unknown>;
  readonly stop: () => void;
}

/**
 * Calls `listener` with what is published on `channel`, and with nothing when messages may have been missed. The
 * connection is closed with the last listener.
 */
export function listen(connection: Connection, channel: string, listener: Listener): Listening {
  let ear = ears.get(connection);
  if (!ear) ears.set(connection, (ear = new Ear(connection)));
  return ear.listen(channel, listener);
}

const ears = new WeakMap<Connection, Ear>();

interface Channel {
  readonly listeners: Set<Listener>;
  readonly begun: Promise<unknown>;
}

class Ear {
  readonly #connection: Connection;
  readonly #channels = new Map<string, Channel>();
  #subscription: Subscription | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  listen(name: string, listener: Listener): Listening {
    let channel = this.#channels.get(name);
    if (!channel) this.#channels.set(name, (channel = this.#open(name)));
    const { listeners, begun } = channel;
    listeners.add(listener);
    const stop = (): void => {
      if (listeners.delete(listener) && listeners.size === 0) this.#close(name);
    };
    return { stop, begun };
  }

  #open(name: string): Channel {
    const listeners = new Set<Listener>();
    const subscription = (this.#subscription ??= this.#connection.subscriber(() => {
      for (const channel of this.#channels.values()) for (const wake of channel.listeners) wake();
    }));
    const begun = subscription.opened.then(() =>
      subscription.subscribe(name, (message) => {
        for (const wake of listeners) wake(message);
      }),
    );
    return { listeners, begun };
  }

  #close(name: string): void {
    this.#channels.delete(name);
    const subscription = this.#subscription;
    if (this.#channels.size > 0) {
      // What cannot be told to stop is not there.
      void subscription?.unsubscribe(name).catch(() => undefined);
    } else {
      this.#subscription = undefined;
      subscription?.end();
    }
  }
}
