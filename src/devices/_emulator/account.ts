/** The account of what became of an emulated board's packets: told as it happens, and summed up. */
import type { EmulatorContext, EmulatorEvent, EmulatorSummary } from './emulator.ts'

type Packet = Pick<EmulatorEvent, 'packet' | 'on' | 'index'>

export class PacketAccount {
  /** Made by the board so far. */
  packets = 0
  sent = 0
  #lost = 0
  #corrupted = 0
  readonly #tell: EmulatorContext['event']

  constructor({ event }: Pick<EmulatorContext, 'event'>) {
    this.#tell = event
  }

  lost(of: Packet, how: string, count = 1): void {
    this.#lost += count
    this.#tell({ kind: 'lost', ...of, count, how })
  }

  corrupted(of: Packet, how: string): void {
    this.#corrupted++
    this.#tell({ kind: 'corrupted', ...of, how })
  }

  /** Of anything else, at the packet that is made next. */
  note(kind: EmulatorEvent['kind']): void {
    this.#tell({ kind, packet: this.packets })
  }

  summary(): EmulatorSummary {
    const { packets, sent } = this
    return { packets, sent, lost: this.#lost, corrupted: this.#corrupted }
  }
}
