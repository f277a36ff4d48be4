/**
 * In a browser there is no `node:diagnostics_channel`, so nobody listens. Bundlers put this in the place of
 * `../diagnostics.ts`; that the functions are empty is what lets them leave out every event.
 */
import type { Channel } from "../diagnostics.ts";

export const onAcquire: Channel | undefined = undefined;
export const onWait: Channel | undefined = undefined;
export const onRelease: Channel | undefined = undefined;
export const onReject: Channel | undefined = undefined;
export const onStall: Channel | undefined = undefined;
export const onLimit: Channel | undefined = undefined;

export function isHeard(_channel: unknown): void {}

export function tell(_channel: unknown, _limiter: unknown, _event: unknown): void {}

export function startOf(_channel: unknown): void {}

export function since(_start: unknown): void {}
