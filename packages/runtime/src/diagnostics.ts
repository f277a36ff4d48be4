import { builtin } from "./builtin.ts";
import type { Limiter, Outcome } from "./limiter.ts";

/**
 * What limiters tell through `node:diagnostics_channel`. A channel nobody has subscribed to costs one property read.
 *
 * | channel | when | besides `limiter` and `name` |
 * | --- | --- | --- |
 * | `floodgate:acquire` | a permit is handed out | `weight`, `waitedMs` |
 * | `floodgate:wait` | somebody starts to wait | `weight`, `waiting` |
 * | `floodgate:release` | a permit comes back | `weight`, `outcome`, `heldMs` |
 * | `floodgate:reject` | somebody is turned away, or gives up waiting | `weight`, `error` |
 * | `floodgate:stall` | nothing has moved for `stallAfterMs` | `waiting`, `message` |
 * | `floodgate:limit` | the number of permits changes | `capacity`, `previous` |
 *
 * `waitedMs` and `heldMs` are `undefined` when nobody had subscribed when the wait or the task began.
 */
export interface DiagnosticsEvent {
  readonly limiter: Limiter | undefined;
  readonly name: string | undefined;
  readonly weight?: number;
  readonly waiting?: number;
  readonly waitedMs?: number | undefined;
  readonly heldMs?: number | undefined;
  readonly outcome?: Outcome | undefined;
  readonly error?: unknown;
  readonly message?: string;
  readonly capacity?: number;
  readonly previous?: number;
}

export interface Channel {
  readonly hasSubscribers: boolean;
  publish(event: DiagnosticsEvent): void;
}

const silence: Channel = { hasSubscribers: false, publish: () => undefined };

function channel(name: string): Channel {
  const module = builtin("node:diagnostics_channel") as { channel(name: string): Channel } | undefined;
  return module?.channel(`floodgate:${name}`) ?? silence;
}

export const onAcquire = /* @__PURE__ */ channel("acquire");
export const onWait = /* @__PURE__ */ channel("wait");
export const onRelease = /* @__PURE__ */ channel("release");
export const onReject = /* @__PURE__ */ channel("reject");
export const onStall = /* @__PURE__ */ channel("stall");
export const onLimit = /* @__PURE__ */ channel("limit");

/** Whether somebody subscribed to `channel`. */
export function isHeard(channel: Channel): boolean {
  return channel.hasSubscribers;
}

/** Publishes an event. Ask {@link isHeard} before: then nothing is left of it in a bundle for browsers. */
export function tell(
  channel: Channel,
  limiter: Limiter & { readonly name?: string | undefined },
  event: Omit<DiagnosticsEvent, "limiter" | "name">,
): void {
  channel.publish({ limiter, name: limiter.name, ...event });
}

/** Now in milliseconds if somebody subscribed to `channel`, so that a later event can say how long it took. */
export function startOf(channel: Channel): number | undefined {
  return channel.hasSubscribers ? performance.now() : undefined;
}

/** Milliseconds since a {@link startOf}. */
export function since(start: number | undefined): number | undefined {
  return start === undefined ? undefined : performance.now() - start;
}
