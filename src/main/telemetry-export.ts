/** The part of telemetry that is loaded only where spans are sent somewhere. */
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { packageVersion } from './package-files.ts'

export interface Telemetry {
  /** Sends what waits. */
  end(): Promise<void>
}

const scheduledDelayMillis = 1000

/** The exporter reads address, headers and timeout from the usual OTEL variables. */
export function startExport(serviceName: string): Telemetry {
  const attributes = { 'service.name': serviceName, 'service.version': packageVersion() }
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(attributes)),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis }),
    ],
  })
  trace.setGlobalTracerProvider(provider)
  return { end: () => provider.shutdown() }
}
