// Metrics of all limiters for Prometheus; `grafana-dashboard.json` beside this file shows them.
import { metrics } from "@opentelemetry/api";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { instrument } from "@floodgate/runtime/otel";

/** Serves `http://<host>:<port>/metrics`. Call it before anything else runs; what happened before is not known. */
export async function serveMetrics({ host = "0.0.0.0", port = 9464 } = {}) {
  const exporter = new PrometheusExporter({ host, port, preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  metrics.setGlobalMeterProvider(provider);
  const stop = instrument(metrics.getMeter("floodgate"));
  await exporter.startServer();
  return {
    close: (): Promise<void> => {
      stop();
      return provider.shutdown();
    },
  };
}
