/** Damage that a receiver can notice although packets bear no checksum: to what frames them. */

const longestCut = 8
const noiseLimit = 256

export interface Damage {
  readonly how: string
  readonly bytes: Uint8Array
}

/** Of bytes that bear a checksum, any may change. */
export function checkedDamage(packet: Uint8Array, random: () => number): Damage {
  const kind = Math.floor(random() * 3)
  if (kind === 0) return cut(packet, random)
  if (kind === 1) return { how: 'noise', bytes: noise(packet.length, random) }
  const copy = packet.slice()
  const at = Math.floor(random() * copy.length)
  copy[at] = copy[at]! ^ (1 << Math.floor(random() * 8))
  return { how: 'bit', bytes: copy }
}

/** @param places of header, counter and end in a packet; negative ones count from its end */
export function framingDamage(places: readonly number[]) {
  return (packet: Uint8Array, random: () => number): Damage => {
    const kind = Math.floor(random() * 3)
    if (kind === 0) return cut(packet, random)
    if (kind === 1) return { how: 'noise', bytes: noise(packet.length, random) }
    const place = places[Math.floor(random() * places.length)]!
    const copy = packet.slice()
    const at = place < 0 ? copy.length + place : place
    copy[at] = copy[at]! ^ (0x10 << Math.floor(random() * 4))
    return { how: 'framing', bytes: copy }
  }
}

function cut(packet: Uint8Array, random: () => number): Damage {
  const length = 1 + Math.floor(random() * Math.min(longestCut, packet.length - 1))
  const at = Math.floor(random() * (packet.length - length))
  const bytes = Uint8Array.from([...packet.subarray(0, at), ...packet.subarray(at + length)])
  return { how: 'cut', bytes }
}

function noise(length: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * noiseLimit))
}
