/** The first words with a board: what it is, which channel it is on, how it is set. */
import { type DeviceContext, SynapseError } from '../../signal/index.ts'
import { settingCommands } from '../_cyton/configuration.ts'
import type { CytonOptions } from '../_cyton/options.ts'
import { channelCount } from '../_cyton/packet.ts'
import type { SerialLine } from '../_session/serial-session.ts'

/** Commands to the dongle itself. */
const radio = { prefix: 0xf0, setBoth: 0x01, setHost: 0x02, status: 0x07 } as const
const lastRadioChannel = 25
/** The dongle polls the board about twelve times a second. */
const pollSeconds = 0.15

export interface Greeted {
  readonly firmware: string
  readonly hasDaisy: boolean
}

export class Greeting {
  readonly #address: string
  readonly #line: SerialLine
  readonly #context: DeviceContext

  constructor(address: string, line: SerialLine, context: DeviceContext) {
    this.#address = address
    this.#line = line
    this.#context = context
  }

  /**
   * Stops a board left streaming, resets it, reads what it says it is, and sets it up.
   * @throws SynapseError silent-device, wrong-device, bad-option where the board refuses a setting
   */
  async greet(options: CytonOptions): Promise<Greeted> {
    const { radioChannel } = options
    await this.#line.send('s')
    await this.#line.pause(pollSeconds)
    if (radioChannel !== null) await this.#radio(radio.setBoth, radioChannel)
    let banner = await this.#banner()
    if (isTimeout(banner) && radioChannel === null && (await this.#findRadioChannel())) {
      banner = await this.#banner()
    }
    if (!banner.includes('OpenBCI')) {
      if (banner === '' || isTimeout(banner)) throw silentBoard(this.#address)
      throw new SynapseError(
        'wrong-device',
        `greeting ${this.#address}: what answers is not an OpenBCI board`,
      )
    }
    const hasDaisy = await this.#attachDaisy(options, banner)
    await setUp(this.#address, this.#line, options, hasDaisy)
    return { firmware: /Firmware:\s*(v[\d.]+)/.exec(banner)?.[1] ?? 'v1', hasDaisy }
  }

  async #banner(): Promise<string> {
    const banner = await this.#ask('v', 2)
    return banner.includes('OpenBCI') || isTimeout(banner) ? banner : this.#ask('v', 2)
  }

  /** A board that stands on another channel than its dongle hears nothing. */
  async #findRadioChannel(): Promise<boolean> {
    for (let channel = 1; channel <= lastRadioChannel; channel++) {
      // What does not answer here is no dongle.
      if ((await this.#radio(radio.setHost, channel)) === '') return false
      await this.#line.pause(pollSeconds)
      const status = await this.#radio(radio.status)
      if (!status.includes('System is Up')) continue
      this.#context.out.fact({ name: 'radioChannel', value: channel })
      return true
    }
    return false
  }

  #radio(command: number, channel?: number): Promise<string> {
    const bytes = [radio.prefix, command, ...(channel === undefined ? [] : [channel])]
    return this.#line.ask(Uint8Array.from(bytes), '$$$', 2 * pollSeconds)
  }

  async #attachDaisy({ daisy }: CytonOptions, banner: string): Promise<boolean> {
    if (daisy === 'auto') return /16\$\$\$/.test(await this.#ask('C', 1))
    if (/Daisy/i.test(banner)) await this.#ask('c', 1)
    return false
  }

  #ask(command: string, seconds: number): Promise<string> {
    return this.#line.ask(command, '$$$', seconds)
  }
}

export function channelsOf(hasDaisy: boolean): number {
  return hasDaisy ? 2 * channelCount : channelCount
}

/** While the board does not stream. @throws SynapseError bad-option where it refuses a setting */
export async function setUp(
  address: string,
  line: SerialLine,
  options: CytonOptions,
  hasDaisy: boolean,
): Promise<void> {
  for (const command of settingCommands(options, channelsOf(hasDaisy))) {
    const answer = await line.ask(command, '$$$', 1)
    if (!/Failure|Timeout/i.test(answer)) continue
    const said = answer.replace('$$$', '').trim()
    throw new SynapseError(
      'bad-option',
      `setting up the Cyton on ${address}: it answers "${said}" to "${command}"`,
      { remedy: 'Leave the option away, or update the firmware of the board.' },
    )
  }
}

function isTimeout(answer: string): boolean {
  return /Failure/i.test(answer)
}

function silentBoard(address: string): SynapseError {
  return new SynapseError('silent-device', `waiting for the Cyton on ${address}: it is silent`, {
    remedy: 'Switch the board to PC, check its battery and its radio channel, then try again.',
  })
}
