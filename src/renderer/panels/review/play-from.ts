/** Plays the recording as a device, from the left edge of the screen on. */
import type { Reviewed } from '../../../contract/index.ts'
import { asSynapseError } from '../../../signal/index.ts'
import { say } from '../../state/messages.ts'
import type { Workbench } from '../../state/workbench.ts'

export async function playFrom(workbench: Workbench, recording: Reviewed): Promise<void> {
  const { link, review, setup, preferences, messages } = workbench
  const { path } = recording
  const seconds = Math.max(0, review.look.get().from - recording.from)
  const open = setup
    .get()
    ?.devices.find(({ driver, address }) => driver === 'replay' && address === path)
  try {
    if (open?.playback) {
      await link.call('replay.seek', { device: open.id, seconds })
      await link.call('replay.pause', { device: open.id, paused: false })
    } else {
      const options = { fromSeconds: seconds }
      await link.call('devices.open', { driver: 'replay', address: path, options })
    }
    preferences.patch({ centre: 'live' })
  } catch (error) {
    const { message, remedy } = asSynapseError(error, `playing ${path}`)
    say(messages, { level: 'fault', about: 'Replay', text: message, remedy })
  }
}
