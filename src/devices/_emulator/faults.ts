/** Damage to packets on their way, by chance but reproducible from a seed. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'

const share = z.number().min(0).max(1)

/** Options that every emulator shares. */
export const faultOptions = {
  lose: option(share.default(0), { help: 'Share of packets that never arrive.' }),
  corrupt: option(share.default(0), {
    help: 'Share of packets that arrive damaged: framing or counter changed, bytes missing or added.',
  }),
  delay: option(share.default(0), { help: 'Share of packets before which the link pauses.' }),
  delaySeconds: option(z.number().min(0).max(60).default(0.2), {
    help: 'Length of such a pause; what was made meanwhile follows in one burst.',
    unit: 's',
  }),
  seed: option(z.int().min(0).default(1), { help: 'The same seed gives the same damage.' }),
  sparePackets: option(z.int().min(0).default(10), {
    help: 'The first packets after each start arrive unharmed.',
  }),
}

/** Uniform in [0, 1): Mulberry32, so that a seed means the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
