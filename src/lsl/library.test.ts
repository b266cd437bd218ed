import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'

const isMapped = () => /liblsl/.test(readFileSync('/proc/self/maps', 'utf8'))

test.runIf(process.platform === 'linux')(
  'liblsl stays in memory when the thread that has loaded it ends: its own threads may still run',
  async () => {
    const library = new URL('./library.ts', import.meta.url).href
    const thread = `import(${JSON.stringify(library)}).then(({ loadLsl }) => void loadLsl())`
    const worker = new Worker(thread, { eval: true })
    const failed: unknown[] = []
    worker.on('error', (error) => failed.push(error))
    await new Promise((resolve) => worker.once('exit', resolve))
    expect(failed).toEqual([])
    expect(isMapped()).toBe(true)
  },
)
