/** What this process holds on to, judged after a collection: nothing depends on when there was one. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  // What the first frees lets the second free more.
  collect()
  collect()
  const { heapUsed, arrayBuffers, external } = process.memoryUsage()
  return heapUsed + arrayBuffers + external
}
