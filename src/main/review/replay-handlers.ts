/** The calls that hold and move a device that plays a recording. */
import type { Handlers, Status } from '../../contract/index.ts'
import { type PlaybackPort, SynapseError } from '../../signal/index.ts'
import type { AcquisitionHost } from '../host.ts'

type ReplayMethod = Extract<keyof Handlers, `replay.${string}`>

export function replayHandlers(host: AcquisitionHost): Pick<Handlers, ReplayMethod> {
  return {
    'replay.pause': async ({ device, paused }) => {
      playbackOf(host, device)
      await (paused ? host.stop(device) : host.start(device))
      return {}
    },
    'replay.seek': ({ device, seconds }) => {
      playbackOf(host, device).seek(seconds)
      return {}
    },
    'replay.speed': ({ device, speed, loop }) => {
      playbackOf(host, device).set({ speed, loop })
      return {}
    },
  }
}

/** Where every one of them is. */
export function playbackPlaces(host: AcquisitionHost): Status['playbacks'] {
  return host.links.flatMap(({ id, playback }) =>
    playback ? [{ device: id, seconds: playback.seconds }] : [],
  )
}

/** @throws SynapseError unknown-device, bad-option where the device plays no recording */
function playbackOf(host: AcquisitionHost, id: string): PlaybackPort {
  const link = host.links.find((each) => each.id === id)
  if (!link) throw new SynapseError('unknown-device', `looking for ${id}: it is not open`)
  if (link.playback) return link.playback
  throw new SynapseError('bad-option', `moving in ${link.name}: it plays no recording`)
}
