/**
 * A recording as a device: its streams come again at the pace at which they were recorded, or
 * faster, with their gaps and markers. The address is the file.
 */
import type { Recording } from '../../formats/index.ts'
import type { DeviceContext, DeviceDriver, DeviceSession } from '../../signal/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { openRecordingParts } from '../_recording/open-file.ts'
import { type ReplayOptions, replayOptions } from './options.ts'
import { Playback } from './playback.ts'

export const replay: DeviceDriver<ReplayOptions> = {
  id: 'replay',
  title: 'Replay',
  help: 'Plays a recording (XDF, EDF, BDF or OpenBCI text) as if it were a device; the address is the file.',
  address: { kind: 'file', label: 'Recording', example: '/folder/recording.xdf' },
  options: replayOptions,
  async discover() {
    return []
  },
  async open(address, options, context) {
    if (!address) throw new SynapseError('bad-option', 'opening a replay: no file was named')
    const { recording } = await openRecordingParts(address)
    return new ReplaySession(recording, address, options, context)
  },
}

class ReplaySession implements DeviceSession {
  readonly streams
  readonly carries
  readonly playback: Playback
  readonly #recording: Recording
  readonly #context: DeviceContext
  #closing: Promise<void> | null = null

  constructor(recording: Recording, path: string, options: ReplayOptions, context: DeviceContext) {
    this.#recording = recording
    this.#context = context
    this.playback = new Playback(recording, path, options, context)
    this.streams = this.playback.streams
    const columns = { deviceTime: true, sequence: true }
    this.carries = Object.fromEntries(this.streams.map(({ id }) => [id, columns]))
  }

  async start(): Promise<void> {
    this.playback.start()
    this.#context.out.link('streaming')
  }

  async stop(): Promise<void> {
    await this.playback.stop()
    this.#context.out.link('paused')
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    await this.playback.close()
    await this.#recording.close()
    this.#context.out.link('closed')
  }
}
