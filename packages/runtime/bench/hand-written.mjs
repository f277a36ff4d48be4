// What a careful engineer writes by hand in ten minutes: the code everything is compared with.
// None of it checks arguments, detects a double release, stops after a failure, or knows of signals.

/** The bare worker loop. */
export async function mapWithWorkers(items, limit, fn) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await fn(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}

export async function forEachWithWorkers(source, limit, fn) {
  const iterator = source[Symbol.iterator]();
  const worker = async () => {
    for (;;) {
      const { value, done } = iterator.next();
      if (done) return;
      await fn(value);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

/** A counter and a line of resolvers. */
export class BareSemaphore {
  constructor(permits) {
    this.free = permits;
    this.line = [];
    this.head = 0;
  }

  acquire() {
    if (this.free > 0) {
      this.free--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.line.push(resolve));
  }

  release() {
    if (this.head === this.line.length) {
      this.free++;
      return;
    }
    const next = this.line[this.head];
    this.line[this.head++] = undefined;
    if (this.head === this.line.length) this.line.length = this.head = 0;
    next();
  }

  async run(task) {
    await this.acquire();
    try {
      return await task();
    } finally {
      this.release();
    }
  }
}

/** The same, with an object for each permit that refuses a second release: what that promise costs. */
export class CarefulSemaphore extends BareSemaphore {
  acquire() {
    return super.acquire().then(() => new CarefulPermit(this));
  }
}

class CarefulPermit {
  constructor(semaphore) {
    this.semaphore = semaphore;
  }

  release() {
    const semaphore = this.semaphore;
    if (semaphore === undefined) throw new Error("released twice");
    this.semaphore = undefined;
    semaphore.release();
  }
}

/** p-limit's call shape. */
export function bareLimit(permits) {
  const semaphore = new BareSemaphore(permits);
  return (task) => semaphore.run(task);
}

/** DataLoader's job, for batches of one size. */
export function bareBatcher(load, maxSize) {
  let keys = [];
  let callers = [];
  const send = async () => {
    if (keys.length === 0) return;
    const batch = keys;
    const waiting = callers;
    keys = [];
    callers = [];
    try {
      const values = await load(batch);
      for (let i = 0; i < waiting.length; i++) waiting[i].resolve(values[i]);
    } catch (error) {
      for (const caller of waiting) caller.reject(error);
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      if (keys.length === 0) process.nextTick(send);
      keys.push(key);
      callers.push({ resolve, reject });
      if (keys.length === maxSize) void send();
    });
}

/** A bounded queue for one producer and one consumer. */
export class BareQueue {
  constructor(capacity) {
    this.slots = new Array(capacity);
    this.capacity = capacity;
    this.head = this.size = 0;
    this.putters = [];
    this.takers = [];
  }

  put(item) {
    const taker = this.takers.shift();
    if (taker !== undefined) {
      taker(item);
      return Promise.resolve();
    }
    if (this.size < this.capacity) {
      this.slots[(this.head + this.size++) % this.capacity] = item;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.putters.push({ item, resolve }));
  }

  take() {
    if (this.size === 0) return new Promise((resolve) => this.takers.push(resolve));
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) % this.capacity;
    this.size--;
    const putter = this.putters.shift();
    if (putter !== undefined) {
      this.slots[(this.head + this.size++) % this.capacity] = putter.item;
      putter.resolve();
    }
    return Promise.resolve(item);
  }
}
