/**
 * How a channel's values become the 16 or 24 bits of EDF or BDF. Whole raw values that fit are
 * stored as they are; the limits in the header are then chosen so that its 8 characters say the
 * scale as exactly as they can. Other values are laid over the range that they have.
 */
import type { Channel } from '../../signal/index.ts'
import type { SurveyedChannel } from '../export/survey.ts'

export interface DigitalRange {
  readonly digitalMinimum: number
  readonly digitalMaximum: number
  /** As the header has them: 8 characters at most. */
  readonly physicalMinimum: string
  readonly physicalMaximum: string
  /** Values in the file = physical values × this, where the unit would not fit 8 characters. */
  readonly factor: number
  /** The unit of the values in the file, before it is made to fit. */
  readonly unit: string
  /** Raw values are stored as they are. */
  readonly isWhole: boolean
}

export function digitalRange(
  channel: Channel,
  survey: SurveyedChannel,
  bits: 16 | 24,
): DigitalRange {
  const lowest = -(2 ** (bits - 1))
  const highest = -lowest - 1
  const hasScale = Number.isFinite(channel.scale) && channel.scale !== 0
  const turned = channel.scale < 0
  const low = turned ? -survey.highest : survey.lowest
  const high = turned ? -survey.lowest : survey.highest
  if (hasScale && Number.isFinite(channel.offset) && survey.isWhole) {
    if (low > high || (low >= lowest && high <= highest)) {
      const range = wholeRange(channel, [lowest, highest], low, high)
      if (range) return range
    }
  }
  return spreadRange(channel, survey, [lowest, highest])
}

/** So many limits beside the outermost are tried. */
const tries = 4096
/** Steps that the header's limits may be off by, all over the range. */
const tolerableSteps = 0.01

function wholeRange(
  channel: Channel,
  [lowest, highest]: readonly [number, number],
  low: number,
  high: number,
): DigitalRange | undefined {
  const { scale: signed, offset } = channel
  const scale = Math.abs(signed)
  const outermost = Math.max(Math.abs(lowest * scale + offset), Math.abs(highest * scale + offset))
  const { factor, unit } = writableUnit(channel.unit, outermost)
  const exact = (digital: number) => (digital * scale + offset) * factor
  const isTurned = signed < 0
  // A converter's own limits, where they are known: a header that was read is written again.
  const given = channel.range?.map((value) => (value - offset) / scale) ?? []
  const [from = Number.NaN, to = Number.NaN] = given.map(Math.round)
  const keepsGiven = !isTurned && from >= lowest && to <= highest && from <= low && to >= high
  const first = keepsGiven && from < to ? [from, to] : [lowest, highest]
  const minimum = bestLimit(exact, scale * factor, first[0]!, Math.min(low, first[1]! - 1))
  const maximum = bestLimit(exact, scale * factor, first[1]!, Math.max(high, minimum.digital + 1))
  if (minimum.text === maximum.text) return undefined
  if (Math.max(minimum.error, maximum.error) > tolerableSteps) return undefined
  return {
    digitalMinimum: minimum.digital,
    digitalMaximum: maximum.digital,
    physicalMinimum: minimum.text,
    physicalMaximum: maximum.text,
    factor,
    unit,
    isWhole: true,
  }
}

/** The limit from `outermost` towards `innermost` whose physical value 8 characters say best. */
function bestLimit(
  exact: (digital: number) => number,
  step: number,
  outermost: number,
  innermost: number,
): { readonly digital: number; readonly text: string; readonly error: number } {
  const inward = innermost > outermost ? 1 : -1
  const reach = Math.min(tries, Math.abs(innermost - outermost))
  let best = { digital: outermost, text: '', error: Number.POSITIVE_INFINITY }
  for (let i = 0; i <= reach && best.error > 1e-9; i++) {
    const digital = outermost + inward * i
    const text = eightCharacters(exact(digital), 0)
    const error = Math.abs(Number(text) - exact(digital)) / step
    if (error < best.error) best = { digital, text, error }
  }
  return best
}

/** Over the values that there are; a constant channel has its value at the lower end. */
function spreadRange(
  channel: Channel,
  { lowest, highest }: SurveyedChannel,
  [digitalMinimum, digitalMaximum]: readonly [number, number],
): DigitalRange {
  const ends = [lowest, highest].map((raw) => raw * channel.scale + channel.offset)
  const isEmpty = !ends.every(Number.isFinite)
  const low = isEmpty ? 0 : Math.min(...ends)
  const high = isEmpty ? 1 : Math.max(...ends)
  const outermost = Math.max(Math.abs(low), Math.abs(high))
  const { factor, unit } = writableUnit(channel.unit, outermost)
  const physicalMinimum = eightCharacters(low * factor, -1)
  let physicalMaximum = eightCharacters(high * factor, 1)
  for (let add = 1; Number(physicalMaximum) <= Number(physicalMinimum); add *= 10) {
    physicalMaximum = eightCharacters(Number(physicalMinimum) + add, 1)
  }
  return {
    digitalMinimum,
    digitalMaximum,
    physicalMinimum,
    physicalMaximum,
    factor,
    unit,
    isWhole: false,
  }
}

/** Volts in words that every reader knows; else a power of ten, where 8 characters cannot say it. */
function writableUnit(unit: string, outermost: number): { factor: number; unit: string } {
  if (unit === 'V' && outermost < 9) return { factor: 1e6, unit: 'uV' }
  if (outermost === 0 || (outermost >= 0.01 && outermost <= 9_999_998)) return { factor: 1, unit }
  const exponent = 3 * Math.ceil((Math.log10(outermost) - 6) / 3)
  const power = `10^${exponent}`
  return { factor: Number(`1e${-exponent}`), unit: unit === '1' ? power : `${power} ${unit}` }
}

/**
 * A number in 8 characters, with as many digits as they take.
 * @param direction −1 rounds down, 1 rounds up, 0 to the nearest
 */
export function eightCharacters(value: number, direction: -1 | 0 | 1): string {
  for (let digits = 6; digits >= 0; digits--) {
    const text = value.toFixed(digits)
    if (text.length > 8) continue
    const off = Number(text) - value
    if (direction * off >= 0) return shortest(text)
    const next = (Number(text) + direction * 10 ** -digits).toFixed(digits)
    if (next.length <= 8) return shortest(next)
  }
  return shortest(value.toFixed(0).slice(0, 8))
}

function shortest(text: string): string {
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return plain === '-0' ? '0' : plain
}
