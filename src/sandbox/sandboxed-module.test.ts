/** Anybody's module: the sound ones give what they say, the others are refused or stopped by name. */
import { describe, expect, test } from 'vitest'
import {
  compileBaseline,
  compileModule,
  type ModuleParts,
  runningSum,
} from '../../test/sandbox-modules.ts'
import { SynapseError } from '../signal/index.ts'
import { type ModuleSetup, SandboxedModule } from './index.ts'

const usual: ModuleSetup = {
  channels: 2,
  rateHz: 250,
  blockFrames: 1,
  outputChannels: 2,
  parameters: [],
}

async function open(parts: ModuleParts, setup: Partial<ModuleSetup> = {}) {
  return new SandboxedModule(await compileModule(parts), { ...usual, ...setup })
}

/** Frames 0 … n-1 but those of the gap: `[index, …values]` of everything given. */
function run(module: SandboxedModule, samples: number, gap: readonly number[] = []): number[][] {
  const given: number[][] = []
  for (let sample = 0; sample < samples; sample++) {
    if (gap.includes(sample)) continue
    const frame = Float32Array.of(9, 9, Math.sin(sample), sample * 0.5)
    if (module.frame(frame, 2, sample)) given.push([sample, ...module.output])
  }
  return given
}

async function failure(work: () => unknown): Promise<SynapseError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof SynapseError) return error
    throw error
  }
  throw new Error('nothing failed')
}

describe('a sound module', () => {
  test('gives the frames that it makes, with the parameters of the graph', async () => {
    const given = run(await open({}, { parameters: [3] }), 50)
    expect(given).toEqual(
      Array.from({ length: 50 }, (_, sample) => [
        sample,
        Math.fround(3 * Math.fround(Math.sin(sample))),
        sample * 1.5,
      ]),
    )
  })

  test('gets whole blocks that begin at multiples of their length', async () => {
    const firstOfBlock = `
      store<f32>(output, load<f32>(input + 4))
      store<f32>(output + 4, load<f32>(input + (frames * channels - 1) * 4))
      return 1`
    const module = await open({ process: firstOfBlock }, { blockFrames: 4 })
    expect(run(module, 17, [6, 7, 8])).toEqual([
      [3, 0, 1.5],
      [15, 6, 7.5],
    ])
  })

  test('hears of a gap exactly what it has not seen, before the frame that follows', async () => {
    const told = 'store<f32>(output, <f32>total); total = 0; return 1'
    const single = await open({ process: told })
    expect(run(single, 12, [0, 1, 5, 6, 7]).map(([sample, lost]) => [sample, lost])).toEqual([
      ...[2, 3, 4].map((sample) => [sample, 0]),
      [8, 3],
      ...[9, 10, 11].map((sample) => [sample, 0]),
    ])
    const block = await open({ process: told }, { blockFrames: 4 })
    // Blocks 4–7 and 8–11 have a hole each.
    expect(run(block, 16, [6, 9]).map(([sample, lost]) => [sample, lost])).toEqual([
      [3, 0],
      [15, 8],
    ])
  })

  test('may grow its memory within the limit', async () => {
    const grow = 'memory.grow(2); store<f32>(output, <f32>memory.size()); return 1'
    const given = run(await open({ process: grow }), 10)
    expect(given.map(([, pages]) => pages)).toEqual([3, 5, 7, 9, 11, 13, 15, 17, 19, 21])
  })

  test('may import its memory, with a maximum or without', async () => {
    for (const limit of [[], ['--maximumMemory', '32']]) {
      const flags = ['--runtime', 'stub', '--importMemory', '--use', 'abort=', ...limit]
      expect(run(await open({ flags, process: runningSum }), 3)[2]![2]).toBe(1.5)
    }
  })

  test('passes on what is not finite', async () => {
    const module = await open({})
    module.frame(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY), 0, 0)
    expect([...module.output]).toEqual([Number.NaN, Number.POSITIVE_INFINITY])
  })

  test.each([1, 4])('answers alike after a snapshot at any point, in blocks of %i', async (n) => {
    const parts = {
      process: `memory.grow(<i32>(total) % 7 == 6 ? 1 : 0); ${runningSum}`,
      reset: 'total += lost',
    }
    const setup = { blockFrames: n }
    const bytes = await compileModule(parts)
    const newModule = () => new SandboxedModule(bytes, { ...usual, ...setup })
    const frame = (sample: number) => Float32Array.of(Math.sin(sample), sample * 0.5)
    const samples = Array.from({ length: 90 }, (_, s) => s).filter((s) => s < 40 || s > 46)
    const answers = (module: SandboxedModule, of: readonly number[]) =>
      of.flatMap((s) => (module.frame(frame(s), 0, s) ? [[s, ...module.output]] : []))
    const whole = newModule()
    const expected = answers(whole, samples)
    for (const cut of [0, 1, 7, 39, 40, 41, 60]) {
      const before = newModule()
      const first = answers(before, samples.slice(0, cut))
      const after = newModule()
      after.restore(structuredClone(before.snapshot()))
      expect([...first, ...answers(after, samples.slice(cut))]).toEqual(expected)
      expect(after.snapshot()).toEqual(whole.snapshot())
    }
  })
})

describe('a module is refused before it runs', () => {
  const pages = (most: number) => [
    '--runtime',
    'stub',
    '--use',
    'abort=',
    '--maximumMemory',
    `${most}`,
  ]
  const cases: readonly [what: string, ModuleParts, RegExp, Partial<ModuleSetup>?][] = [
    [
      'that imports a function',
      {
        more: '@external("wasi_snapshot_preview1", "fd_write") declare function write(a: i32): i32',
        process: 'return write(1)',
      },
      /imports the function wasi_snapshot_preview1\.fd_write/,
    ],
    [
      'that imports a clock',
      { more: '@external("env", "now") declare const now: f64', process: 'return <i32>now' },
      /imports the global env\.now/,
    ],
    ['without process', { without: ['process'] }, /does not export the function process/],
    [
      'without parameter, where there are some',
      { without: ['parameter'] },
      /does not export the function parameter/,
      { parameters: [1] },
    ],
    ['of another version', { version: 'return 2' }, /version 2 of the ABI, this is version 1/],
    ['with 4 GiB of memory', { flags: pages(65536) }, /65536 pages of memory, 1024 are allowed/],
    [
      'with shared memory',
      { flags: [...pages(64), '--enable', 'threads', '--sharedMemory'] },
      /memory is shared/,
    ],
    [
      'without a memory of its own to see',
      { flags: [...pages(64), '--noExportMemory'] },
      /does not export its memory/,
    ],
    ['that gives fewer channels', { open: 'return 1' }, /gives 1 channels, the graph expects 2/],
    ['that does not want to', { open: 'return -7' }, /refuses 2 channels at 250 Hz.*code -7/],
    [
      'whose input lies beyond its memory',
      { inputPointer: 'return 0x7ffffffc' },
      /input_pointer is 2147483644.*beyond its memory/,
    ],
    [
      'whose output lies at the very end',
      { outputPointer: 'return memory.size() * 65536 - 4' },
      /output_pointer is \d+: 2 values.*beyond/,
    ],
    [
      'whose output is below nothing',
      { outputPointer: 'return <usize>-4' },
      /output_pointer is 4294967292/,
    ],
    ['with a crooked pointer', { inputPointer: 'return 1026' }, /1026, which is no multiple of 4/],
  ]

  test.each(cases)('%s', async (_what, parts, message, setup) => {
    const error = await failure(() => open(parts, setup))
    expect(error).toMatchObject({ code: 'graph-invalid', message: expect.stringMatching(message) })
    expect(error.remedy).not.toBe('')
  })

  test('whose process has another type', async () => {
    const bytes = await compileModule({
      without: ['process'],
      more: 'function other(frames: i64): i64 { return frames }\nexport { other as process }',
    })
    const error = await failure(() => new SandboxedModule(bytes, usual))
    expect(error.message).toBe('its process is (i64) → (i64), it has to be (i32) → (i32)')
  })

  test('that is no module, or a piece of one', async () => {
    const bytes = await compileModule({})
    const refused = async (piece: Uint8Array) =>
      (await failure(() => new SandboxedModule(piece, usual))).code
    expect(await refused(new TextEncoder().encode('#!/bin/sh'))).toBe('graph-invalid')
    for (let length = 0; length < bytes.length; length += 7) {
      expect(await refused(bytes.subarray(0, length))).toBe('graph-invalid')
    }
  })
})

describe('a module is stopped by name where it', () => {
  const cases: readonly [what: string, ModuleParts, RegExp][] = [
    ['gives up', { process: 'unreachable(); return 1' }, /^process: unreachable/],
    ['reads beyond its memory', { process: 'return load<i32>(0x7fffff00)' }, /^process: .*bounds/],
    ['divides by zero', { process: 'return 1 / (frames - 1)' }, /^process: divide by zero/],
    [
      'calls itself without end',
      {
        more: 'function again(n: i32): i32 { return again(n + 1) + n }',
        process: 'return again(1)',
      },
      /^process: .*stack/,
    ],
    [
      'wants 4 GiB and writes there whatever it is told',
      { process: 'memory.grow(65000); memory.fill(0, 1, 0xffff0000); return 1' },
      /^process: .*bounds/,
    ],
    ['gives more frames than there can be', { process: 'return 7' }, /process returned 7 frames/],
    ['gives fewer than none', { process: 'return -1' }, /process returned -1 frames/],
  ]

  test.each(cases)('%s', async (_what, parts, message) => {
    const module = await open(parts)
    const error = await failure(() => run(module, 3))
    expect(error).toMatchObject({ code: 'node-failed', message: expect.stringMatching(message) })
  })

  test('gives up when it starts', async () => {
    const error = await failure(() => open({ start: 'unreachable()' }))
    expect(error.message).toMatch(/^starting: unreachable/)
  })

  test('does not have the memory that it asks for: without a maximum it has ours', async () => {
    const flags = ['--runtime', 'stub', '--use', 'abort=']
    const size = 'memory.grow(65000); memory.grow(900); memory.grow(124); '
    const module = await open({
      flags,
      process: `${size} store<f32>(output, <f32>memory.size()); return 1`,
    })
    expect(run(module, 2).map(([, pages]) => pages)).toEqual([901, 901])
  })
})

describe('the examples', () => {
  test('baseline: a constant goes, what is quick stays, and a gap begins anew', async () => {
    const bytes = await compileBaseline()
    const module = new SandboxedModule(bytes, { ...usual, parameters: [0.1] })
    const at = (sample: number) => {
      module.frame(Float32Array.of(4000, 4000 + Math.sin(sample * 2)), 0, sample)
      return [...module.output]
    }
    const rms = (values: number[]) => Math.hypot(...values) / Math.sqrt(values.length)
    const values = Array.from({ length: 500 }, (_, sample) => at(sample))
    expect(values.every(([flat]) => flat === 0)).toBe(true)
    expect(rms(values.map(([, quick]) => quick!))).toBeCloseTo(Math.SQRT1_2, 1)
    expect(at(1000)).toEqual([0, 0])
  })
})
