/** The Python libraries in one process of their own: a request a line, an answer a line. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..', '..', '..')
const oracles = join(root, '.cache', 'oracles', 'bin', 'python')

/** Samples that a peer is to write: float64, frame by frame, in a file. */
export interface PeerSource {
  readonly path: string
  readonly channels: number
  readonly frames: number
  readonly rateHz: number
}

export interface PeerRequest {
  readonly work: string
  readonly path: string
  readonly shape?: PeerSource
  /** Where the values that were read are put, as float64, for the comparison. */
  readonly dump?: string
}

export interface Peer {
  /** CPU seconds of one call. @throws Error, when the process ended */
  ask(request: PeerRequest): Promise<number>
  end(): void
}

/** @throws Error where the environment is missing */
export function openPeer(): Peer {
  if (!existsSync(oracles)) throw new Error('the oracles are not installed: run "npm test" once')
  const child = spawn(oracles, [join(import.meta.dirname, 'formats_peer.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
  }) as unknown as ChildProcessWithoutNullStreams
  const lines = createInterface({ input: child.stdout })
  const waiting: ((line: string | null) => void)[] = []
  lines.on('line', (line) => waiting.shift()?.(line))
  lines.on('close', () => {
    for (const each of waiting.splice(0)) each(null)
  })
  child.on('error', () => lines.close())
  return {
    async ask(request) {
      const line = await new Promise<string | null>((resolve) => {
        waiting.push(resolve)
        child.stdin.write(`${JSON.stringify(request)}\n`)
      })
      if (line === null) throw new Error(`the peer ended in the midst of "${request.work}"`)
      return (JSON.parse(line) as { seconds: number }).seconds
    },
    end: () => child.stdin.end(),
  }
}
