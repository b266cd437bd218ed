/** What may be said to every emulator while it runs, and what it answers. */

const shareNames = ['lose', 'corrupt', 'delay', 'reorder'] as const
type ShareName = (typeof shareNames)[number]

export interface Commanded {
  /** The shares that chance goes by; what is not among them is no command. */
  readonly shares: { [name in ShareName]?: number }
  unplug(seconds: number): void
  plug(): void
  /** Words of the board's own; undefined for those that it does not know. */
  own?(word: string, value: number): string | undefined
}

/** @param line `lose 0.01`, `unplug 3`, `unplug`, `plug` */
export function obey(line: string, { shares, unplug, plug, own }: Commanded): string {
  const [word = '', argument] = line.trim().split(/\s+/)
  const value = Number(argument)
  const known = shareNames.filter((name) => name in shares)
  const share = known.find((name) => name === word)
  if (share) {
    if (!(value >= 0 && value <= 1)) return `${share} takes a share from 0 to 1`
    shares[share] = value
    return `${share} ${value}`
  }
  if (word === 'unplug') {
    unplug(value > 0 ? value : Number.POSITIVE_INFINITY)
    return 'unplugged'
  }
  if (word === 'plug') {
    plug()
    return 'plugged'
  }
  const commands = [...known.map((name) => `${name} SHARE`), 'unplug [SECONDS]', 'plug']
  return own?.(word, value) ?? `commands: ${commands.join(', ')}`
}
