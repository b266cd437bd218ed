/**
 * The Ganglion's own measurement of its electrodes, over Bluetooth and WiFi alike. The board drives
 * a small alternating current through an electrode and back through the driven ground, and tells the
 * sum of both in whole kΩ, rounded down; the firmware's table was fitted to resistors between an
 * input and that ground. As the OpenBCI GUI does, half of it is taken for the electrode. No EEG comes
 * meanwhile.
 */
import {
  type Clock,
  type ImpedanceInput,
  type ImpedancePort,
  type ImpedanceReading,
  SynapseError,
  sleep,
} from '../../signal/index.ts'

/** The first values after switching to the test are not settled yet. */
const values = 4
const longestSeconds = 15
const pollSeconds = 0.05
/** Electrode and driven ground in series. */
const electrodesInSeries = 2

export interface GanglionControl {
  /** False while the link is down or nothing streams. */
  readonly isStreaming: boolean
  send(command: string): Promise<void>
  /** Samples will be missing from here on. */
  interrupted(): void
}

export class GanglionImpedance implements ImpedancePort {
  readonly inputs: readonly ImpedanceInput[]
  readonly method =
    'The board’s own test with an alternating current through electrode and driven ground; it tells kΩ of both in series, of which half is shown. No EEG comes meanwhile.'
  readonly #control: GanglionControl
  readonly #clock: Clock
  readonly #seen: number[][]

  constructor(labels: readonly string[], control: GanglionControl, clock: Clock) {
    this.inputs = [...labels, 'REF'].map((label, i) => ({
      id: i < labels.length ? String(i + 1) : 'ref',
      label,
    }))
    this.#control = control
    this.#clock = clock
    this.#seen = this.inputs.map(() => [])
  }

  value(input: number, kohm: number): void {
    const seen = this.#seen[input]
    if (seen && seen.length < values) seen.push(kohm)
  }

  async measure(id: string): Promise<ImpedanceReading> {
    const input = this.inputs.findIndex((each) => each.id === id)
    if (input < 0) {
      const known = this.inputs.map((each) => each.id).join(', ')
      throw new SynapseError('bad-option', `measuring input ${id}: there is none such`, {
        remedy: `Inputs: ${known}.`,
      })
    }
    if (!this.#control.isStreaming) {
      throw new SynapseError('not-ready', 'measuring impedances: nothing streams')
    }
    const seen = this.#seen[input]!
    seen.length = 0
    await this.#control.send('z')
    try {
      const deadline = this.#clock.now() + longestSeconds
      while (seen.length < values && this.#clock.now() < deadline) {
        await sleep(this.#clock, pollSeconds)
      }
    } finally {
      this.#control.interrupted()
      // A link that fails here is made anew, which resets the board.
      for (const command of ['Z', 'b']) await this.#control.send(command).catch(() => {})
    }
    const kohm = median(seen.slice(1))
    if (Number.isNaN(kohm)) {
      throw new SynapseError('silent-device', `measuring input ${id}: the board tells no value`)
    }
    return { input: id, ohms: (kohm * 1000) / electrodesInSeries, uncertaintyOhms: null }
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const { length } = sorted
  if (length === 0) return Number.NaN
  return (sorted[(length - 1) >> 1]! + sorted[length >> 1]!) / 2
}
