/**
 * Who takes part: our kernels in this process, every peer in one of its own, which answers a line
 * with the CPU seconds of one call. CPU time, because the machine may be shared.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { openWork } from './our-works.ts'

/** What is measured; what `frames` and `size` mean is the work's affair. */
export interface WorkRequest {
  readonly work: string
  readonly channels: number
  readonly frames: number
  readonly rateHz: number
  readonly size: number
}

export interface Contender {
  /** Null: does not know this work. */
  secondsPerCall(request: WorkRequest): Promise<number | null>
  end(): void
}

/** One answer takes at least so much CPU time: Node knows it in steps of some milliseconds. */
const quantumSeconds = 0.12

export function ourselves(): Contender {
  let last: WorkRequest | undefined
  let work: { call(): void; end(): void } | undefined
  return {
    async secondsPerCall(request) {
      if (request !== last) {
        work?.end()
        work = openWork(request)
        last = request
      }
      return timeCalls(work!.call)
    },
    end: () => work?.end(),
  }
}

function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1e6
}

function timeCalls(call: () => void): number {
  call()
  for (let count = 1; ; ) {
    const start = cpuSeconds()
    for (let i = 0; i < count; i++) call()
    const taken = cpuSeconds() - start
    if (taken >= quantumSeconds) return taken / count
    count =
      taken > quantumSeconds / 100 ? Math.ceil((count * quantumSeconds * 1.1) / taken) : count * 10
  }
}

/** @throws Error, when asked, after the program has ended */
export function program(command: string, args: readonly string[]): Contender {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  }) as unknown as ChildProcessWithoutNullStreams
  const lines = createInterface({ input: child.stdout })
  const waiting: ((line: string | null) => void)[] = []
  lines.on('line', (line) => waiting.shift()?.(line))
  lines.on('close', () => {
    for (const each of waiting.splice(0)) each(null)
  })
  child.on('error', () => lines.close())
  return {
    async secondsPerCall({ work, channels, frames, rateHz, size }) {
      const line = await new Promise<string | null>((resolve) => {
        waiting.push(resolve)
        child.stdin.write(`${work} ${channels} ${frames} ${rateHz} ${size}\n`)
      })
      if (line === null) throw new Error(`${command} ended in the midst of "${work}"`)
      return line === 'none' ? null : Number(line)
    },
    end: () => child.stdin.end(),
  }
}
