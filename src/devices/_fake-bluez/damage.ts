/**
 * Notifications damaged on their way. The radio's checksum lets no turned bit through; what a
 * program meets are notifications that were cut short or filled up on the way through the system.
 */

export interface Damaged {
  readonly bytes: Uint8Array
  readonly how: string
}

export function damagedNotification(bytes: Uint8Array, random: () => number): Damaged {
  const kind = Math.floor(random() * 3)
  if (kind === 0) return { bytes: new Uint8Array(0), how: 'empty' }
  const change = 1 + Math.floor(random() * (bytes.length - 1))
  if (kind === 1) return { bytes: bytes.slice(0, bytes.length - change), how: 'cut short' }
  const longer = new Uint8Array(bytes.length + change)
  longer.set(bytes)
  return { bytes: longer, how: 'too long' }
}
