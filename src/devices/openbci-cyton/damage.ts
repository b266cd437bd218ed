/** The ways in which a packet is damaged between the board and the host. */

const longestCut = 8
/** Bytes inserted behind the channels would leave a sample that is whole. */
const channelsEnd = 26

/**
 * How each kind of damage changes the 33 bytes. Every kind can be noticed by the receiver, from
 * the packet's frame, its counter or what follows it; a changed value inside a whole frame could
 * not, as the packet has no checksum.
 */
export const damageKinds: Readonly<
  Record<string, (packet: Uint8Array, random: () => number) => Uint8Array>
> = {
  header: (packet, random) => changed(packet, 0, random),
  counter: (packet, random) => changed(packet, 1, random),
  stop: (packet, random) => changed(packet, packet.length - 1, random),
  cut(packet, random) {
    const length = 1 + Math.floor(random() * longestCut)
    const at = 2 + Math.floor(random() * (packet.length - 2 - length))
    return joined(packet.subarray(0, at), packet.subarray(at + length))
  },
  inserted(packet, random) {
    const at = 2 + Math.floor(random() * (channelsEnd - 2))
    const noise = noiseBytes(1 + Math.floor(random() * longestCut), random)
    return joined(packet.subarray(0, at), noise, packet.subarray(at))
  },
  noise: (packet, random) => noiseBytes(packet.length, random),
}

/** A damaged copy, and the name of the damage. */
export function damaged(
  packet: Uint8Array,
  random: () => number,
): { how: string; bytes: Uint8Array } {
  const names = Object.keys(damageKinds)
  const how = names[Math.floor(random() * names.length)]!
  return { how, bytes: damageKinds[how]!(packet, random) }
}

function changed(packet: Uint8Array, at: number, random: () => number): Uint8Array {
  const copy = packet.slice()
  copy[at] = copy[at]! ^ (0x10 << Math.floor(random() * 4))
  return copy
}

function noiseBytes(length: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256))
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
