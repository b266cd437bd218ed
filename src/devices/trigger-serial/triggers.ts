/** From bytes to markers: each is a value, and the time is that of its arrival. */
import type { DeviceOutput } from '../../signal/index.ts'
import type { MarkerReader } from '../_session/marker-session.ts'
import type { TriggerOptions } from './options.ts'

export class TriggerReader implements MarkerReader {
  readonly #out: DeviceOutput
  readonly #options: TriggerOptions

  constructor(out: DeviceOutput, options: TriggerOptions) {
    this.#out = out
    this.#options = options
  }

  bytes(bytes: Uint8Array, hostTime: number): void {
    const { label, reset } = this.#options
    for (const value of bytes) {
      if (value === reset) continue
      this.#out.marker({
        time: hostTime,
        label: `${label}${value}`,
        durationSeconds: 0,
        source: 'trigger-serial',
        value,
      })
    }
  }

  cut(): void {}
}
