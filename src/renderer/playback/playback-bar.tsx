/** The recordings that play as devices: held, moved in, faster or slower, over and over. */
import './playback.css'
import type { DeviceEntry } from '../../contract/index.ts'
import { asSynapseError } from '../../signal/index.ts'
import { say } from '../state/messages.ts'
import { formatTime } from '../state/review-look.ts'
import { useStore } from '../state/store.ts'
import { useSetup, useWorkbench } from '../state/workbench.ts'
import { Choice } from '../ui/choice.tsx'
import { fileName } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { useAsked } from './use-asked.ts'

const speeds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100]

export function PlaybackBar() {
  const devices = useSetup()?.devices ?? []
  return devices
    .filter(({ playback, link }) => playback && link !== 'closed')
    .map((device) => <Playing key={device.id} device={device} />)
}

function Playing({ device }: { device: DeviceEntry }) {
  const { link, messages, status } = useWorkbench()
  const { id, address, playback } = device
  const told = useStore(status)?.playbacks.find((each) => each.device === id)?.seconds ?? 0
  const [seconds, askSeconds] = useAsked(told)
  const [speed, askSpeed] = useAsked(playback?.speed ?? 1)
  const [loop, askLoop] = useAsked(playback?.loop ?? false)
  if (!playback) return null
  const { paused, lengthSeconds } = playback
  const run = (call: Promise<unknown>) => {
    call.catch((error) => {
      const { message, remedy } = asSynapseError(error, `playing ${address}`)
      say(messages, { level: 'fault', about: 'Replay', text: message, remedy })
    })
  }
  const rest = paused || device.link === 'ended'
  return (
    <section className="playback" aria-label={`Replay of ${fileName(address)}`}>
      <button
        type="button"
        className="button square"
        aria-label={rest ? 'Play' : 'Hold'}
        onClick={() => run(link.call('replay.pause', { device: id, paused: !rest }))}
      >
        <Icon name={rest ? 'play' : 'pause'} size={14} />
      </button>
      <strong title={address}>{fileName(address)}</strong>
      <span className="time">{formatTime(seconds, 60)}</span>
      <input
        type="range"
        aria-label="Place in the replay"
        aria-valuetext={formatTime(seconds, 60)}
        min={0}
        max={lengthSeconds}
        step="any"
        value={Math.min(seconds, lengthSeconds)}
        onChange={(event) => {
          const place = Number(event.target.value)
          askSeconds(place)
          run(link.call('replay.seek', { device: id, seconds: place }))
        }}
      />
      <span className="time dim">{formatTime(lengthSeconds, 60)}</span>
      <Choice
        name="Speed"
        value={speed}
        options={[...new Set([...speeds, speed])]
          .sort((a, b) => a - b)
          .map((value) => ({ value, text: `${value} ×` }))}
        onChange={(value) => {
          askSpeed(value)
          run(link.call('replay.speed', { device: id, speed: value }))
        }}
      />
      <label className="switch">
        <input
          type="checkbox"
          className="check"
          checked={loop}
          onChange={({ target: { checked } }) => {
            askLoop(checked)
            run(link.call('replay.speed', { device: id, loop: checked }))
          }}
        />
        Loop
      </label>
      <button
        type="button"
        className="button plain square"
        aria-label="End the replay"
        onClick={() => run(link.call('devices.close', { device: id }))}
      >
        <Icon name="close" size={14} />
      </button>
    </section>
  )
}
