/**
 * Programs of somebody else's that send and receive by LSL, in a session of this test's own: no
 * other stream of the machine or of its network is seen, and nobody else sees these.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { oraclePython, oracleScript } from './oracle.ts'

export interface LslSpec {
  readonly name: string
  readonly type: string
  readonly sourceId: string
  readonly format: string
  readonly rateHz: number
  readonly channels: readonly string[]
}

export interface LslRows {
  readonly values: readonly (readonly (number | string)[])[]
  readonly stamps: readonly number[]
}

/**
 * Found by unicast on this machine: containers often have no multicast.
 * @returns what leaves the session again
 */
export function enterLslSession(): () => void {
  const before = { HOME: process.env.HOME, LSLAPICFG: process.env.LSLAPICFG }
  const folder = mkdtempSync(join(tmpdir(), 'synapse-lsl-'))
  const home = join(folder, 'lsl_api')
  mkdirSync(home, { recursive: true })
  const file = join(home, 'lsl_api.cfg')
  writeFileSync(
    file,
    `[ports]\nIPv6 = disable\n[multicast]\nResolveScope = machine\n[lab]\nSessionID = ${randomUUID()}\n` +
      'KnownPeers = {127.0.0.1}\n[log]\nlevel = -3\n',
  )
  // Old libraries look in the home folder alone.
  process.env.HOME = folder
  process.env.LSLAPICFG = file
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Seconds by which another program's monotonic clock can be set apart from ours, as if it ran on
 * another machine: 0 where the system lets nobody do that.
 */
export function clockApart(seconds: number): number {
  const { status } = spawnSync('unshare', ['-T', '--monotonic', String(seconds), '--', 'true'])
  return status === 0 ? seconds : 0
}

export interface LslProcess<Answer> {
  /** What it said when it was ready. */
  readonly ready: Record<string, unknown>
  answer(): Promise<Answer>
  /** Closes its input. */
  end(): void
  kill(): void
}

async function start<Answer>(
  script: string,
  request: object,
  apartSeconds = 0,
): Promise<LslProcess<Answer>> {
  const command = [oraclePython(), '-W', 'ignore', oracleScript(script)]
  const apart = apartSeconds ? ['unshare', '-T', '--monotonic', String(apartSeconds), '--'] : []
  const [program, ...args] = [...apart, ...command]
  const child = spawn(program!, args, { env: process.env })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const lines = linesOf(child)
  child.stdin.write(`${JSON.stringify(request)}\n`)
  const ready = JSON.parse(await lines.next())
  return {
    ready,
    kill: () => void child.kill('SIGKILL'),
    end: () => void child.stdin.end(),
    answer: async () => JSON.parse(await lines.next()),
  }
}

function linesOf(child: ChildProcess): { next(): Promise<string> } {
  let text = ''
  let trouble = ''
  let wake = () => {}
  let isOver = false
  child.stdout!.on('data', (data) => {
    text += data
    wake()
  })
  child.stderr!.on('data', (data) => {
    trouble += data
  })
  child.on('close', () => {
    isOver = true
    wake()
  })
  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n')
        if (end >= 0) {
          const line = text.slice(0, end)
          text = text.slice(end + 1)
          return line
        }
        if (isOver) throw new Error(`the oracle ended: ${trouble.slice(-2000)}`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

export interface SendRequest {
  readonly streams: readonly LslSpec[]
  readonly seconds: number
  /** Sends nothing before every stream is received, and stays until `end`. */
  readonly waits: boolean
  readonly firstSample?: number
}

export function lslSender(request: SendRequest, apartSeconds = 0) {
  return start<{ readonly sent: Record<string, LslRows> }>('lsl_send.py', request, apartSeconds)
}

export interface ReceivedStream extends LslRows {
  readonly xml: string
  readonly format: string
  /** Every channel's description, by the names of its elements. */
  readonly channels: readonly Record<string, string | Record<string, string>>[]
}

/**
 * @param sourceIds of which the source ids of the streams end
 * @param framed ready when a row of each stream has come, over when the first one has come again
 */
export function lslReceiver(sourceIds: readonly string[], framed = false) {
  const request = { sourceIds, framed }
  return start<{ readonly received: Record<string, ReceivedStream> }>('lsl_receive.py', request)
}
