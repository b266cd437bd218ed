/** The report's pictures, as SVG that takes its colours from the page. */
import type { ClockReport, ReportedGap, StreamIntegrity } from './integrity.ts'
import { digits, escaped, moment } from './report-words.ts'

const width = 720

const strip = { height: 22, top: 6, mark: 4 }

/** What one column of the strip stands for. */
export function columnSeconds(seconds: number): number {
  return seconds / width
}

/**
 * When a stream was there, and where it has gaps: over the whole recording. A column is red from
 * below as far as its time is missing; a gap too short to be seen so has a mark above, at least.
 */
export function coverageStrip(stream: StreamIntegrity, seconds: number): string {
  const { firstSecond, lastSecond, gaps, name } = stream
  if (firstSecond === null || lastSecond === null || seconds <= 0) return ''
  const x = (second: number) => (Math.min(Math.max(second, 0), seconds) / seconds) * width
  const { shares, isMarked } = missingPerColumn(gaps, x)
  const { height, top, mark } = strip
  const edges = [...shares].map((share) => height - share * (height - top))
  const lost = stepsOf(edges, height)
  const marks = stepsOf(
    [...isMarked].map((is) => (is ? 0 : mark)),
    mark,
  )
  const there = Math.max(1, x(lastSecond) - x(firstSecond))
  const band = `y="${top}" height="${height - top}"`
  return (
    `<svg class="strip" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" ` +
    `aria-label="${escaped(name)}: ${gaps.length} gaps">` +
    `<rect class="empty" ${band} width="${width}"/>` +
    `<rect class="there" ${band} x="${x(firstSecond).toFixed(1)}" width="${there.toFixed(1)}"/>` +
    `<path class="lost" d="${lost}"/><path class="mark" d="${marks}"/></svg>`
  )
}

/** Per column: the share of its time that is missing, and whether a gap is in it. */
function missingPerColumn(gaps: readonly ReportedGap[], x: (second: number) => number) {
  const shares = new Float64Array(width)
  const isMarked = new Uint8Array(width)
  for (const { second, seconds } of gaps) {
    const [from, to] = [x(second), x(second + (seconds ?? 0))]
    const first = Math.min(Math.floor(from), width - 1)
    // Two columns, so that a mark is seen on a narrow screen, too.
    isMarked.fill(1, Math.min(first, width - 2), Math.max(Math.ceil(to), first + 2))
    for (let column = first; column < to; column++) {
      const within = Math.min(to, column + 1) - Math.max(from, column)
      shares[column] = Math.min(1, shares[column]! + within)
    }
  }
  return { shares, isMarked }
}

/** The area between `edges`, one per column, and `floor`: nothing where they are the same. */
function stepsOf(edges: readonly number[], floor: number): string {
  let path = ''
  for (let from = 0, to = 0; from < edges.length; from = to) {
    const edge = edges[from]!.toFixed(3)
    while (to < edges.length && edges[to]!.toFixed(3) === edge) to++
    if (Number(edge) !== floor) path += `M${from} ${floor}V${edge}H${to}V${floor}Z`
  }
  return path
}

const plot = { height: 190, left: 64, right: 12, top: 10, bottom: 30 }

/** Offsets over time, with a scale that says what one sees. */
export function clockPlot({ seconds, offsetsMs }: ClockReport): string {
  const [least, most] = rangeOf(offsetsMs)
  const [begin, end] = [Math.min(...seconds), Math.max(...seconds)]
  const wide = width - plot.left - plot.right
  const high = plot.height - plot.top - plot.bottom
  const x = (second: number) => plot.left + ((second - begin) / (end - begin || 1)) * wide
  const y = (offset: number) => plot.top + (1 - (offset - least) / (most - least)) * high
  const rows = ticks(least, most, 4).map(
    (tick) =>
      `<line class="grid" x1="${plot.left}" x2="${width - plot.right}" y1="${y(tick)}" y2="${y(tick)}"/>` +
      `<text x="${plot.left - 8}" y="${y(tick) + 4}" text-anchor="end">${label(tick, most - least)}</text>`,
  )
  const columns = ticks(begin, end, 6).map(
    (tick) =>
      `<text x="${x(tick).toFixed(1)}" y="${plot.height - 8}" text-anchor="middle">${moment(tick)}</text>`,
  )
  const dots = seconds.map(
    (second, i) =>
      `<circle cx="${x(second).toFixed(1)}" cy="${y(offsetsMs[i]!).toFixed(1)}" r="2.5"/>`,
  )
  return (
    `<svg class="plot" viewBox="0 0 ${width} ${plot.height}" role="img" ` +
    `aria-label="clock offset in milliseconds over the recording, ${digits(least)} to ${digits(most)} ms">` +
    `${rows.join('')}${columns.join('')}${dots.join('')}</svg>`
  )
}

/** A little more than the values span; never nothing. */
function rangeOf(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const margin = Math.max((most - least) * 0.08, Math.abs(most) * 1e-9, 0.001)
  return [least - margin, most + margin]
}

/** Round numbers within a range. */
function ticks(from: number, to: number, about: number): number[] {
  const rough = (to - from) / about
  if (!(rough > 0)) return [from]
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((each) => each >= rough)!
  const first = Math.ceil(from / step)
  const list: number[] = []
  for (let i = first; i * step <= to; i++) list.push(i * step)
  return list
}

/** As many decimals as tell one tick from the next. */
function label(value: number, span: number): string {
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(span)))
  return value.toFixed(Math.min(6, decimals)).replace('-', '−')
}
