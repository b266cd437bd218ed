/** Spans as a collector gets them: a real receiver of OTLP over HTTP in this process. */
import { createServer } from 'node:http'
import { trace } from '@opentelemetry/api'
import { afterEach, expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { openHost } from './open-host.ts'
import { startTelemetry, tracer } from './telemetry.ts'

interface OtlpValue {
  readonly stringValue?: string
  readonly intValue?: number | string
}

interface OtlpSpan {
  readonly traceId: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: OtlpValue }[]
  readonly status: { readonly code?: number; readonly message?: string }
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT'

afterEach(() => {
  delete process.env[endpoint]
  trace.disable()
})

async function collector() {
  const requests: { path: string; type: string; body: OtlpRequest }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const type = request.headers['content-type'] ?? ''
      requests.push({ path: request.url ?? '', type, body: JSON.parse(text) })
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans: () =>
      requests.flatMap(({ body }) =>
        body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    async end() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function attribute({ attributes }: Pick<OtlpSpan, 'attributes'>, key: string) {
  const value = attributes.find((each) => each.key === key)?.value
  return value?.stringValue ?? Number(value?.intValue)
}

test('a recording host sends what it did, and how much its graphs got through', async () => {
  const receiver = await collector()
  process.env[endpoint] = receiver.url
  const telemetry = await startTelemetry()
  const folder = scratchFolder()
  const host = openHost({ folder: folder.path('.') })
  await host.open('synthetic', '', {})
  await host.startRecording(folder.path('t.xdf'))
  host.setView({ lowCutHz: 2 })
  const batches = () => receiver.spans().filter(({ name }) => name === 'graph.batch')
  await expect.poll(() => batches().length, { timeout: 20_000 }).toBeGreaterThan(1)
  await host.stopRecording()
  await expect(host.stopRecording()).rejects.toThrow(/nothing is being recorded/)
  await host.end()
  await telemetry.end()
  await receiver.end()

  for (const { path, type } of receiver.requests) {
    expect([path, type]).toEqual(['/v1/traces', 'application/json'])
  }
  const [resource] = receiver.requests[0]!.body.resourceSpans
  expect(attribute(resource!.resource, 'service.name')).toBe('synapsestream')
  const names = receiver.spans().map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['host.start', 'graph.open', 'graph.apply', 'recording.start']),
  )
  for (const span of receiver.spans()) {
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true)
  }
  const stops = receiver.spans().filter(({ name }) => name === 'recording.stop')
  expect(stops.map(({ status }) => status.code ?? 0)).toEqual([0, 2])
  expect(attribute(stops[1]!, 'error.type')).toBe('not-ready')
  const frames = batches().map((span) => Number(attribute(span, 'synapse.frames')))
  expect(Math.min(...frames)).toBeGreaterThan(0)
  expect(batches().map((span) => attribute(span, 'synapse.graph'))).toContain('synthetic/eeg')
})

test('without an endpoint nothing is loaded, and a span is nobody’s', async () => {
  const telemetry = await startTelemetry({})
  expect(tracer().startSpan('x').isRecording()).toBe(false)
  await telemetry.end()
  const disabled = { [endpoint]: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' }
  await startTelemetry(disabled)
  expect(tracer().startSpan('x').isRecording()).toBe(false)
})
