/** The electrodes of one device, measured one after the other, and what was found. */
import {
  asSynapseError,
  type Clock,
  type ImpedancePort,
  type ImpedanceReading,
  type Marker,
  SynapseError,
} from '../signal/index.ts'

export interface FoundImpedance extends ImpedanceReading {
  readonly label: string
  /** Labels of all inputs of the device. */
  readonly electrodes: readonly string[]
  /** Seconds on the host's clock. */
  readonly time: number
}

export interface ImpedanceListener {
  changed(): void
  measured(found: FoundImpedance): void
  trouble(error: SynapseError): void
}

export class ImpedanceCheck {
  readonly port: ImpedancePort
  /** The latest by input. */
  readonly found = new Map<string, FoundImpedance>()
  readonly #clock: Clock
  readonly #listener: ImpedanceListener
  #current: string | null = null
  #failure: SynapseError | null = null
  #waiting: string[] = []

  constructor(port: ImpedancePort, clock: Clock, listener: ImpedanceListener) {
    this.port = port
    this.#clock = clock
    this.#listener = listener
  }

  /** The input that is being measured. */
  get current(): string | null {
    return this.#current
  }

  /** What ended the latest check early. */
  get failure(): SynapseError | null {
    return this.#failure
  }

  /** Inputs still to be measured. */
  get waiting(): readonly string[] {
    return this.#waiting
  }

  /**
   * Measures the inputs in the order of the device; all of them where none is named. Throws at once
   * what is wrong with the call; resolves when it is over, also when it was stopped or has failed,
   * which the listener is told.
   * @throws SynapseError bad-option, not-ready
   */
  run(named: readonly string[] = []): Promise<void> {
    const known = this.port.inputs.map(({ id }) => id)
    const unknown = named.find((id) => !known.includes(id))
    if (unknown !== undefined) {
      throw new SynapseError('bad-option', `measuring impedance: there is no input "${unknown}"`, {
        remedy: `Inputs: ${known.join(', ')}.`,
      })
    }
    if (this.#current) {
      throw new SynapseError('not-ready', 'measuring impedance: a check runs already')
    }
    this.#waiting = known.filter((id) => named.length === 0 || named.includes(id))
    this.#failure = null
    return this.#measureAll()
  }

  async #measureAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#current = this.#waiting.shift()!
      this.#listener.changed()
      await this.#measure(this.#current)
    }
    this.#current = null
    this.#listener.changed()
  }

  /** What is being measured is measured to its end, so that no test current stays on. */
  stop(): void {
    this.#waiting = []
    this.#listener.changed()
  }

  async #measure(input: string): Promise<void> {
    try {
      const reading = await this.port.measure(input)
      const label = this.port.inputs.find(({ id }) => id === input)!.label
      const electrodes = this.port.inputs.map((each) => each.label)
      const found = { ...reading, label, electrodes, time: this.#clock.now() }
      this.found.set(input, found)
      this.#listener.measured(found)
    } catch (error) {
      this.#waiting = []
      this.#failure = asSynapseError(error, 'measuring impedance')
      this.#listener.trouble(this.#failure)
    }
  }
}

/** What was measured before a recording belongs into it. */
export function impedanceMarkers(
  links: readonly { readonly id: string; readonly impedance: ImpedanceCheck | null }[],
  time: number,
): Marker[] {
  return links.flatMap(({ id, impedance }) =>
    [...(impedance?.found.values() ?? [])].map((found) => impedanceMarker(found, time, id)),
  )
}

/** As it stands in a recording: the value in kΩ, or the electrode off. */
export function impedanceMarker(found: FoundImpedance, time: number, source: string): Marker {
  const { label, ohms, electrodes } = found
  const isOff = !Number.isFinite(ohms)
  return {
    time,
    label: isOff ? `impedance ${label} off` : `impedance ${label} ${kilohms(ohms)} kΩ`,
    durationSeconds: 0,
    source,
    ...(isOff ? {} : { value: ohms / 1000 }),
    measured: {
      electrodes,
      electrode: label,
      kohm: isOff ? Number.POSITIVE_INFINITY : ohms / 1000,
    },
  }
}

/** Three digits: the test current is not known better. */
function kilohms(ohms: number): string {
  return String(Number((ohms / 1000).toPrecision(3)))
}
