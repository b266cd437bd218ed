/**
 * 200 recorders killed at random moments, while recording 64 channels at 1 kHz and while closing
 * (1000 with SYNAPSE_KILLS=1000): every sample that was acknowledged as flushed is in the file.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSumsOfAll, openParts, partsOf, type Recording } from '../../src/formats/index.ts'
import { askOracle } from '../oracles/oracle.ts'
import { type ScratchFolder, scratchFolder } from '../scratch-folder.ts'
import { random } from '../sound-recording.ts'
import { killedChannels, killedValue } from './killed-values.ts'

const kills = Number(process.env.SYNAPSE_KILLS ?? 200)
const atOnce = 3
const seed = 20261121
const child = join(import.meta.dirname, 'recorder-child.ts')

interface Killed {
  readonly path: string
  readonly flushedUpTo: number
  readonly phase: 'recording' | 'closing' | 'closed'
}

interface Plan {
  readonly path: string
  readonly rounds: number
  /** Killed so long after it began to record, or to close. */
  readonly delayMs: number
  readonly whileClosing: boolean
}

function planOf(run: number, folder: ScratchFolder, next: () => number): Plan {
  const whileClosing = run % 4 === 3
  return {
    path: folder.path(`run-${run}.xdf`),
    rounds: whileClosing ? 3 + Math.floor(next() * 40) : 100_000,
    delayMs: whileClosing ? next() * 3 : next() * 60,
    whileClosing,
  }
}

/** Starts the recorder, and ends it without a warning. */
function kill({ path, rounds, delayMs, whileClosing }: Plan, cache: string): Promise<Killed> {
  return new Promise((resolve, reject) => {
    const recorder = spawn(process.execPath, [child, path, String(rounds)], {
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    })
    let [stdout, stderr] = ['', '']
    let isDue = false
    recorder.stdout.on('data', (data) => {
      stdout += data
      const begins = whileClosing ? stdout.includes('closing') : stdout.includes('\n')
      if (!begins || isDue) return
      isDue = true
      const timer = setTimeout(() => recorder.kill('SIGKILL'), delayMs)
      recorder.on('exit', () => clearTimeout(timer))
    })
    recorder.stderr.on('data', (data) => {
      stderr += data
    })
    recorder.on('close', () => {
      const lines = stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
      const told = lines.filter((line) => 'flushedUpTo' in line).at(-1)
      if (!told) reject(new Error(`the recorder never began: ${stderr}`))
      const last = lines.at(-1)
      const phase = last.closed ? 'closed' : last.closing ? 'closing' : 'recording'
      resolve({ path, flushedUpTo: told.flushedUpTo, phase })
    })
  })
}

/** Holds every value against its index. @returns how many samples there are from the first on */
async function samplesIn(recording: Recording): Promise<number> {
  let next = 0
  let wrong = 0
  for await (const item of recording.read()) {
    if (item.kind === 'gap') throw new Error(`a gap at ${item.gap.atSample}`)
    const { firstSample, frames, data, stride } = item.chunk
    if (firstSample !== next) throw new Error(`sample ${firstSample} follows ${next - 1}`)
    for (let f = 0; f < frames; f++) {
      for (let c = 0; c < killedChannels; c++) {
        if (data[f * stride + c] !== killedValue(firstSample + f, c)) wrong++
      }
    }
    next += frames
  }
  expect(wrong).toBe(0)
  return next
}

test(`${kills} kills: what was acknowledged is there, for us and for pyxdf`, {
  timeout: 1000 * Math.max(180, kills),
}, async () => {
  const folder = scratchFolder()
  const next = random(seed)
  const plans = Array.from({ length: kills }, (_, run) => planOf(run, folder, next))
  const killed: Killed[] = []
  // Two hundred starts compile the same sources. One that is killed leaves nothing in the cache.
  const first = { path: folder.path('first.xdf'), rounds: 1, delayMs: 1e6, whileClosing: true }
  expect((await kill(first, folder.path('cache'))).phase).toBe('closed')
  const waiting = plans.values()
  const lane = async () => {
    for (const plan of waiting) killed.push(await kill(plan, folder.path('cache')))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))

  const recordings = killed.map(({ path }) => partsOf(path))
  const request = { recordings, stream: 'eeg' }
  const asked = askOracle<readonly (readonly number[])[]>('xdf_counts.py', request)
  const ours: number[] = []
  for (const { path, flushedUpTo } of killed) {
    const recording = await openParts(path)
    const samples = await samplesIn(recording)
    await recording.close()
    expect(samples).toBeGreaterThanOrEqual(flushedUpTo)
    ours.push(samples)
    const checksums = await checkSumsOfAll(partsOf(path))
    expect(checksums!.damaged).toEqual([])
  }
  for (const [i, parts] of (await asked).entries()) {
    const samples = parts.reduce((sum, count) => sum + count, 0)
    expect(samples).toBeGreaterThanOrEqual(killed[i]!.flushedUpTo)
    // Of a row cut off in its values, pyxdf makes a sample that does not exist.
    expect(samples - ours[i]!).toBeLessThanOrEqual(1)
  }
  const phases = killed.map(({ phase }) => phase)
  expect(phases.filter((phase) => phase === 'recording').length).toBeGreaterThan(kills / 2)
  expect(killed.some(({ flushedUpTo }) => flushedUpTo > 1000)).toBe(true)
})
