/** Sixteen boards of 8 × 250 Hz at once, each on a terminal of its own: what that costs, and how late it is. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openHost } from '../../../src/main/index.ts'

export const boardCount = 16
const settleSeconds = 3
const measuredSeconds = 15
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

export interface Ports {
  readonly paths: readonly string[]
  end(): Promise<void>
}

export async function emulatedBoards(): Promise<Ports> {
  const script = join(import.meta.dirname, 'boards-child.ts')
  const child: ChildProcess = spawn(process.execPath, [script, String(boardCount)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  return {
    paths: JSON.parse(line) as string[],
    async end() {
      child.stdin!.end()
      await once(child, 'close')
    },
  }
}

export interface BoardsCost {
  /** Share of one core, %. */
  readonly threadPercent: number
  readonly processPercent: number
  readonly samples: number
  readonly lost: number
  /** From the byte's arrival to the ring. */
  readonly toRing: { readonly p50Ms: number; readonly p99Ms: number }
}

export async function costOfBoards(): Promise<BoardsCost> {
  const boards = await emulatedBoards()
  const host = openHost()
  try {
    for (const path of boards.paths) await host.open('openbci-cyton', path, {})
    await pause(settleSeconds)
    const before = {
      process: process.cpuUsage(),
      thread: process.threadCpuUsage(),
      at: performance.now(),
    }
    const first = ledgers(host)
    await pause(measuredSeconds)
    const elapsedUs = (performance.now() - before.at) * 1000
    const thread = process.threadCpuUsage(before.thread)
    const whole = process.cpuUsage(before.process)
    const last = ledgers(host)
    const toRing = host.budget.now().find(({ stage }) => stage === 'transfer')!.taken!
    return {
      threadPercent: (100 * (thread.user + thread.system)) / elapsedUs,
      processPercent: (100 * (whole.user + whole.system)) / elapsedUs,
      samples: last.received - first.received,
      lost: last.lost - first.lost,
      toRing,
    }
  } finally {
    await host.end()
    await boards.end()
  }
}

type Host = ReturnType<typeof openHost>

/** Of the signals alone. */
function ledgers(host: Host): { received: number; lost: number } {
  const all = host.ledgers().filter(({ id }) => id.includes('eeg'))
  return {
    received: all.reduce((sum, { ledger }) => sum + ledger.received, 0),
    lost: all.reduce((sum, { ledger }) => sum + ledger.lost, 0),
  }
}
