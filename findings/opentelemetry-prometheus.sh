#!/usr/bin/env bash
# OpenTelemetry for JavaScript, metrics to Prometheus: two things that a good engineer would guess wrong.
#
# 1. An observable gauge goes on telling what it is not told any more. One would expect what the specification says ("Metrics SDK", Observations inside
#    asynchronous callbacks: the implementation SHOULD NOT produce aggregated metric data for a previously-observed attribute set which is not observed
#    during a successful callback). Instead the last value is exported for ever: a queue that is empty, or a job that is mended, still alerts.
#    Known upstream: https://github.com/open-telemetry/opentelemetry-js/issues/4096 (open).
# 2. The Prometheus exporter adds no unit to a name. One would expect the specification's "Prometheus and OpenMetrics Compatibility" (metric metadata: the unit
#    is added to the name as a suffix): `http.server.request.duration` with unit `s` as http_server_request_duration_seconds, as the
#    Collector and the Java exporter name it. Instead it is http_server_request_duration: dashboards made for that name find nothing.
#
# @opentelemetry/sdk-metrics 2.12.0, @opentelemetry/exporter-prometheus 0.223.0, on Node 20 and newer. Ends with 1 when one of them changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --no-audit --no-fund --silent @opentelemetry/api@1.9.1 @opentelemetry/sdk-metrics@2.12.0 @opentelemetry/exporter-prometheus@0.223.0
cat > try.cjs <<'JS'
const { MeterProvider } = require('@opentelemetry/sdk-metrics');
const { PrometheusExporter, PrometheusSerializer } = require('@opentelemetry/exporter-prometheus');

(async () => {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('try');
  let waiting = ['a', 'b'];
  meter.createObservableGauge('waiting').addCallback((result) => {
    for (const job of waiting) result.observe(1, { job });
  });
  meter.createHistogram('http.server.request.duration', { unit: 's' }).record(0.1);
  const shown = async () => new PrometheusSerializer('', false, undefined, true, true).serialize((await reader.collect()).resourceMetrics);

  await shown();
  waiting = ['a'];
  const text = await shown();
  const gauges = text.split('\n').filter((line) => line.startsWith('waiting{'));
  console.log('observed now: waiting{job="a"} alone\nexported:', gauges.join(', '));
  const name = /^# TYPE (\S+) histogram/m.exec(text)[1];
  console.log('http.server.request.duration in seconds is exported as', name);
  const isAsFound = gauges.includes('waiting{job="b"} 1') && name === 'http_server_request_duration';
  process.exit(isAsFound ? 0 : 1);
})();
JS
node try.cjs
