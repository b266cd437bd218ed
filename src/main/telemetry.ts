/**
 * OpenTelemetry spans of what the host does and of what its graphs get through. Sent by OTLP over
 * HTTP (JSON) when `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set;
 * without them nothing of the exporter is even loaded, and a span is a no-op.
 */
import { type Attributes, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { asSynapseError, type SynapseError } from '../signal/index.ts'
import { packageVersion } from './package-files.ts'
import type { Telemetry } from './telemetry-export.ts'

const serviceName = 'synapsestream'

const off: Telemetry = { end: async () => {} }

/** To be awaited before a host is made, once per process. */
export async function startTelemetry(environment = process.env): Promise<Telemetry> {
  const isWanted =
    environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  if (!isWanted || environment.OTEL_SDK_DISABLED === 'true') return off
  const { startExport } = await import('./telemetry-export.ts')
  return startExport(environment.OTEL_SERVICE_NAME || serviceName)
}

export function tracer(): Tracer {
  return trace.getTracer(serviceName, packageVersion())
}

/** @throws what the work throws */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  const span = tracer().startSpan(name, { attributes })
  try {
    const result = await work()
    endSpan(span)
    return result
  } catch (error) {
    endSpan(span, asSynapseError(error, name))
    throw error
  }
}

/** Ends the span, as failed if there is an error. */
export function endSpan(span: Span, error?: SynapseError): void {
  if (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
    span.setAttribute('error.type', error.code)
  }
  span.end()
}
