/** Modules for sandboxed nodes, sound and broken, compiled from AssemblyScript by the test itself. */
import { readFileSync } from 'node:fs'
import { main } from 'assemblyscript/asc'

/** What is special about a module; the rest is a gain, of parameter 0, on every channel. */
export interface ModuleParts {
  /** Bodies of functions. */
  readonly version?: string
  readonly open?: string
  readonly inputPointer?: string
  readonly outputPointer?: string
  readonly process?: string
  readonly reset?: string
  /** Runs when the module starts. */
  readonly start?: string
  /** More declarations. */
  readonly more?: string
  readonly flags?: readonly string[]
  /** Functions that it does not export. */
  readonly without?: readonly string[]
}

export const gain = `
  for (let i: i32 = 0; i < frames * channels; i++) store<f32>(output + i * 4, <f32>factor * load<f32>(input + i * 4))
  return 1`

/** Every output is the sum of everything so far: an answer that depends on all that came before. */
export const runningSum = `
  for (let c: i32 = 0; c < channels; c++) {
    store<f64>(sums + c * 8, load<f64>(sums + c * 8) + <f64>load<f32>(input + c * 4))
    store<f32>(output + c * 4, <f32>load<f64>(sums + c * 8))
  }
  total += 1
  return 1`

function sourceOf(parts: ModuleParts): string {
  const exported = (name: string) => (parts.without?.includes(name) ? '' : 'export ')
  return `
${parts.more ?? ''}
let factor: f64 = 1
let total: f64 = 0
let channels: i32 = 0
let input: usize = 0
let output: usize = 0
let sums: usize = 0
${exported('abi_version')}function abi_version(): i32 { ${parts.version ?? 'return 1'} }
${exported('parameter')}function parameter(index: i32, value: f64): void { factor = value }
${exported('open')}function open(channelCount: i32, rate: f64, blockFrames: i32): i32 {
  channels = channelCount
  input = heap.alloc(channels * blockFrames * 4)
  output = heap.alloc(channels * blockFrames * 4)
  sums = heap.alloc(channels * 8)
  memory.fill(sums, 0, channels * 8)
  ${parts.open ?? 'return channels'}
}
export function input_pointer(): usize { ${parts.inputPointer ?? 'return input'} }
export function output_pointer(): usize { ${parts.outputPointer ?? 'return output'} }
${exported('process')}function process(frames: i32): i32 { ${parts.process ?? gain} }
export function reset_after_gap(lost: f64): void { ${parts.reset ?? 'total += lost'} }
${parts.start ?? ''}
`
}

export async function compileModule(parts: ModuleParts): Promise<Uint8Array> {
  return compileSource(sourceOf(parts), parts.flags)
}

const baseline = new URL('../examples/sandboxed-node/baseline.ts', import.meta.url)

/** The example in AssemblyScript, with the flags that its head names. */
export async function compileBaseline(): Promise<Uint8Array> {
  const text = readFileSync(baseline, 'utf8')
  const [, flags] = /\\\n \*\s+(-O .*)/.exec(text)!
  return compileSource(text, flags!.split(' ').slice(1))
}

const usualFlags = ['--runtime', 'stub', '--maximumMemory', '64', '--use', 'abort=']

async function compileSource(
  text: string,
  flags: readonly string[] = usualFlags,
): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const files = new Map([['module.ts', text]])
  const { error, stderr } = await main(['module.ts', '-o', 'module.wasm', '-O', ...flags], {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (_name, contents) => {
      if (contents instanceof Uint8Array) binary = contents
    },
    listFiles: () => [],
  })
  if (error || !binary) throw new Error(`${error?.message}\n${stderr.toString()}`)
  return binary
}
