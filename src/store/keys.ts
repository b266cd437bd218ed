/** Keys: which are allowed, and their order, the same in every backend. */
import { SynapseError } from '../signal/index.ts'

const mostBytes = 512
const controls = /\p{Cc}/u

/** @throws SynapseError bad-option */
export function checkKey(key: string): void {
  if (key !== '' && key.isWellFormed() && !controls.test(key)) {
    // A code unit takes three bytes at most.
    if (key.length * 3 <= mostBytes || Buffer.byteLength(key) <= mostBytes) return
  }
  throw new SynapseError(
    'bad-option',
    `keeping state under ${JSON.stringify(key.slice(0, 64))}: this is no key`,
    { remedy: `A key has 1 to ${mostBytes} bytes and no control characters.` },
  )
}

/** By code points, which is the order of the bytes in UTF-8. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Halves of a pair stand for code points above all single ones. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
