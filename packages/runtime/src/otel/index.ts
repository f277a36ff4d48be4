/** What limiters do, as OpenTelemetry instruments: `@floodgate/runtime/otel`. */
export { instrument, type MeterLike } from "./instrument.ts";
