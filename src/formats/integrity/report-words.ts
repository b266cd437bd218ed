/** How numbers and names stand in the report: the same everywhere, and safe in HTML. */

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}

/** 12 345 678 */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** 4.25 s, 3:07 min, 2:03:07 h */
export function duration(seconds: number): string {
  if (seconds < 60) return `${digits(seconds)} s`
  return `${moment(seconds)} ${seconds < 3600 ? 'min' : 'h'}`
}

/** Since the begin: 0:03.2, 12:03.2, 2:12:03.2 */
export function moment(seconds: number): string {
  const tenths = Math.round(Math.abs(seconds) * 10)
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60]
  const rest = (tenths % 600) / 10
  const text = rest.toFixed(seconds >= 600 ? 0 : 1).padStart(seconds >= 600 ? 2 : 4, '0')
  const clock = hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : String(minutes)
  return `${seconds < 0 ? '−' : ''}${clock}:${text}`
}

/** Three digits that mean something. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '—'
  const rounded = Number(Math.abs(value).toPrecision(3))
  const text = rounded >= 1000 ? count(rounded) : String(rounded)
  return `${value < 0 && rounded !== 0 ? '−' : ''}${text}`
}

/** 99.998 %, and never 100 % unless it is all. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '—'
  const share = (part / whole) * 100
  if (share === 100) return '100 %'
  const decimals = share > 99.99 ? 4 : 2
  const floor = Math.floor(share * 10 ** decimals) / 10 ** decimals
  return `${floor.toFixed(decimals)} %`
}
