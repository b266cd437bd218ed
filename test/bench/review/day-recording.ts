/** A day of 64 channels at 256 Hz as EDF: 2.8 GB, made of one hour that is written again and again. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { edfHeader } from '../../edf-builder.ts'
import { random } from '../../sound-recording.ts'

export const dayShape = { channels: 64, rateHz: 256, seconds: 86_400 } as const
const hourSeconds = 3600

/** Records of a second; every value is one that noise of some 50 µV would have. */
export function writeDay(path: string, seconds: number = dayShape.seconds): void {
  const { channels, rateHz } = dayShape
  const header = edfHeader({
    records: seconds,
    seconds: 1,
    signals: Array.from({ length: channels }, (_, i) => ({
      label: `EEG ${i + 1}`,
      physical: [-3276.8, 3276.7] as const,
      digital: [-32_768, 32_767] as const,
      samples: rateHz,
    })),
  })
  const next = random(1)
  const hour = Math.min(hourSeconds, seconds)
  const values = new Int16Array(channels * rateHz * hour)
  for (let i = 0; i < values.length; i++) values[i] = (next() + next() - 1) * 1000
  const bytes = new Uint8Array(values.buffer)
  const file = openSync(path, 'w')
  writeSync(file, header)
  for (let done = 0; done < seconds; done += hour) {
    const count = Math.min(hour, seconds - done)
    writeSync(file, bytes, 0, count * channels * rateHz * 2)
  }
  closeSync(file)
}
