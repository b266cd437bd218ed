/** What clients ask of devices and of what is sent and received beside them; and what they are told. */
import type {
  DeviceHealth,
  Handlers,
  NetworkFigures,
  NetworkSetup,
  Status,
} from '../contract/index.ts'
import { configureDevice } from './device-settings.ts'
import type { AcquisitionHost } from './host.ts'
import { type LinkStream, ledgerOfStream } from './link-stream.ts'

type DeviceCalls =
  | 'devices.configure'
  | 'network.open'
  | 'network.close'
  | 'network.send'
  | 'markers.listen'

export function deviceHandlers(host: AcquisitionHost): Pick<Handlers, DeviceCalls> {
  return {
    'devices.configure': async ({ device, options }) => ({
      device: await configureDevice(host, device, options),
    }),
    'network.open': async ({ kind, at }) => ({ at: await host.networkOutput.open(kind, at) }),
    'network.close': ({ key }) => {
      host.networkOutput.close(key)
      return {}
    },
    'network.send': ({ what }) => {
      host.networkOutput.set(what)
      return {}
    },
    'markers.listen': async ({ at }) => {
      await host.udpMarkers.close()
      return { at: at && (await host.udpMarkers.open(at)) }
    },
  }
}

export function networkSetup({ networkOutput, udpMarkers }: AcquisitionHost): NetworkSetup {
  return {
    sending: networkOutput.sending,
    targets: networkOutput.targets.map(({ key, kind, at, problem }) => ({
      key,
      kind,
      at,
      ...(problem ? { problem } : {}),
    })),
    markersAt: udpMarkers.at,
  }
}

export function networkFigures(host: AcquisitionHost): NetworkFigures {
  const { networkOutput, lslOutput, udpMarkers } = host
  return {
    targets: networkOutput.status.map(({ key, sent, dropped, receivers }) => ({
      key,
      sent,
      dropped,
      receivers,
    })),
    missed: networkOutput.missed,
    lsl: { received: lslOutput.received, dropped: lslOutput.dropped },
    markers: { received: udpMarkers.received, refused: udpMarkers.refused },
  }
}

/** @param streams what is told of them beside */
export function devicesHealth(host: AcquisitionHost, streams: Status['streams']): DeviceHealth[] {
  const told = new Map(streams.map((each) => [each.id, each]))
  const now = host.clock.now()
  return host.links.map((link) => {
    const figures = link.streams.map((stream) => {
      const { id, name, nominalRateHz } = stream.info
      const { effectiveRateHz = 0, clock = null } = told.get(id) ?? {}
      const ledger = ledgerOfStream(stream)
      const buffer = bufferOf(host, stream)
      return { name, nominalRateHz, effectiveRateHz, ledger, clock, buffer }
    })
    return link.health.figures(link.id, link.state, link.facts, figures, now)
  })
}

/** What the recording has not taken in yet, beside what its ring can hold. */
function bufferOf({ recording }: AcquisitionHost, { info, writer }: LinkStream) {
  const status = recording.current?.status
  const known = status?.progress.find(({ stream }) => stream === info.id)
  if (!known || info.nominalRateHz === 0) return null
  const held = Math.max(0, writer.expected - known.flushedUpTo)
  return {
    heldSeconds: held / info.nominalRateHz,
    holdsSeconds: writer.shared.shape.capacityFrames / info.nominalRateHz,
  }
}
