/** Numbers as the interface writes them: whole words for units are the caller's business. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const minus = '\u2212'

/** 188010 → "188,010" */
export function formatCount(value: number): string {
  return grouped.format(value)
}

/** 751 → "00:12:31" */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

/** Three digits at most, so that columns stay calm: 0.42, 4.2, 42, 420. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  const digits = size < 0.995 ? 2 : size < 9.95 ? 1 : 0
  const text = size >= 10_000 ? formatCount(size) : size.toFixed(digits)
  return value < 0 && Number(text) !== 0 ? minus + text : text
}

/** One digit that counts: 0.02, 5, 2,000, and 2e-9 where that would be long. */
export function formatDivision(value: number): string {
  return value >= 1 && value < 1e6 ? formatCount(value) : String(Number(value.toPrecision(1)))
}

/** 250 → "250.0" */
export function formatRate(hertz: number): string {
  return hertz.toFixed(1)
}

/** 0.034 → "0.03", 42.3 → "42.3", 423 → "423" */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 9.995) return milliseconds.toFixed(2)
  return milliseconds < 100 ? milliseconds.toFixed(1) : formatCount(milliseconds)
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[unit]}`
}

/** How long the disk lasts: "41 h", "35 min". */
export function formatHoursLeft(hours: number): string {
  if (hours >= 1000) return '> 999 h'
  if (hours >= 2) return `${Math.floor(hours)} h`
  return `${Math.max(0, Math.floor(hours * 60))} min`
}

/** The file's name without its folder, with either slash. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/** Units as people write them: uV → µV, uV^2 → µV². */
export function formatUnit(unit: string): string {
  if (unit === '1') return ''
  return unit
    .replace(/^u(?=[A-Z])/, 'µ')
    .replace('^2', '²')
    .replace('Ohm', 'Ω')
}
