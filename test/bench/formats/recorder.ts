/** What recording costs: the record thread on a ring that is filled at the true rate. */
import { join } from 'node:path'
import { AcquisitionHost } from '../../../src/main/index.ts'
import type { DeviceDriver } from '../../../src/signal/index.ts'
import { hostClock } from '../../../src/workers/index.ts'
import { pause } from '../latency/meters.ts'
import { feederDriver } from '../latency/stream-feeder.ts'
import { type BenchRow, row } from '../row.ts'

const settleSeconds = 3
const measureSeconds = 10
const shape = { channels: 64, rateHz: 1000, format: 'int32' } as const

export async function recorderRows(folder: string): Promise<BenchRow[]> {
  const driver = feederDriver(shape, () => {}) as DeviceDriver<never>
  const host = new AcquisitionHost({
    clock: hostClock,
    drivers: new Map([[driver.id, driver]]),
    transports: {} as never,
    models: new Map(),
    folder,
  })
  const id = await host.open(driver.id, '', {})
  await host.startRecording(join(folder, 'recorder.xdf'))
  await pause(settleSeconds)
  const thread = host.recording.thread!
  const before = await thread.cpuUsage()
  const startedAt = hostClock.now()
  await pause(measureSeconds)
  const { user, system } = await thread.cpuUsage(before)
  const share = (user + system) / 1e4 / (hostClock.now() - startedAt)
  await host.stop(id)
  const { ledger } = await host.stopRecording()
  await host.end()
  return [
    row('formats', 'record 64 × 1 kHz', 'CPU of the record thread', share, '% of a core', {
      atMost: 5,
    }),
    row('formats', 'record 64 × 1 kHz', 'samples lost', ledger.lost, 'samples', { atMost: 0 }),
  ]
}
