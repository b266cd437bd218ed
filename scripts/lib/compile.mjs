// The build: kernels by AssemblyScript, the host by tsc (one file to one file), the interface by
// Vite. Each part is built again only when its sources have changed.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { step } from './progress.mjs'
import { cache, node24, packageScript, root, run } from './run.mjs'
import { digest, isStamped, stamp } from './stamp.mjs'

const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
const isTest = (name) => name.endsWith('.test.ts') || name.endsWith('.test.tsx')

async function once(name, paths, title, work, product) {
  const value = digest(paths, (file) => !isTest(file))
  const stampFile = join(cache, `built-${name}`)
  if (isStamped(stampFile, `${value}${readable(product)}`)) return
  await step(title, work)
  stamp(stampFile, `${value}${readable(product)}`)
}

/** A part of the stamp, so that a product removed by hand is built again. */
function readable(product) {
  try {
    readFileSync(join(root, product))
    return ''
  } catch {
    return ' missing'
  }
}

/** src/kernels/generated/wasm.ts: the modules as text, so that every host can load them alike. */
export function ensureKernels() {
  const product = 'src/kernels/generated/wasm.ts'
  return once('kernels', ['src/kernels/assembly'], 'Compiling the kernels', buildKernels, product)
}

async function buildKernels() {
  mkdirSync(cache, { recursive: true })
  const kernels = await compiled('index', '--enable threads --sharedMemory')
  const conversions = await compiled('conversions', '')
  mkdirSync(join(root, 'src/kernels/generated'), { recursive: true })
  writeFileSync(
    join(root, 'src/kernels/generated/wasm.ts'),
    '/** Made by the build from src/kernels/assembly. */\n' +
      `export const wasmBase64 =\n  '${kernels}'\n` +
      `export const conversionsBase64 =\n  '${conversions}'\n`,
  )
}

/** A module of AssemblyScript as base64. */
async function compiled(name, memory) {
  const wasm = join(cache, `${name}.wasm`)
  const features = `--enable simd --enable relaxed-simd ${memory}`.trim()
  const limits = '--initialMemory 2 --maximumMemory 65536 -O3 --noAssert'
  await run(node24(), [
    packageScript('assemblyscript/bin/asc.js'),
    `src/kernels/assembly/${name}.ts`,
    ...`-o ${wasm} ${features} --importMemory --runtime stub ${limits}`.split(' '),
  ])
  return readFileSync(wasm).toString('base64')
}

/** Every room but the interface's. */
const hostRooms = readdirSync(join(root, 'src'))
  .filter((room) => room !== 'renderer')
  .map((room) => `src/${room}`)

function buildHost() {
  for (const room of hostRooms) {
    rmSync(join(root, room.replace('src', 'dist')), { recursive: true, force: true })
  }
  return run(node24(), [packageScript('typescript/bin/tsc'), '-p', 'tsconfig.build.json'])
}

function buildRenderer() {
  return run(node24(), [packageScript('vite/bin/vite.js'), 'build', '--logLevel', 'warn'])
}

export async function ensureBuilt() {
  await ensureKernels()
  await once(
    'host',
    [...settings, ...hostRooms],
    'Building the host',
    buildHost,
    'dist/main/headless.js',
  )
  await once(
    'renderer',
    [...settings, 'vite.config.ts', 'src/renderer', 'src/signal', 'src/contract'],
    'Building the interface',
    buildRenderer,
    'dist/renderer/index.html',
  )
}
