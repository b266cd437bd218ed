/**
 * The unit of what an expression gives, where that is certain: a number takes the unit of what it
 * is added to or compared with, a ratio of like with like has none, a root undoes a square.
 */
import type { StreamInfo } from '../../signal/index.ts'
import type { BoundExpression } from './bind.ts'

/** Of a plain number, which fits every unit. */
const anyUnit = Symbol('any unit')
type Unit = string | typeof anyUnit | null

const plain = new Set('and or not < <= > >= = != known any all sign exp log log10 log2'.split(' '))

/** @returns null where the parts do not tell, as in µV + µV² */
export function unitOf(expression: BoundExpression, stream: StreamInfo): string | null {
  const unit = find(expression, stream)
  return unit === anyUnit ? '1' : unit
}

function find(expression: BoundExpression, stream: StreamInfo): Unit {
  if (expression.kind === 'number') return anyUnit
  if (expression.kind === 'channel') return stream.channels[expression.index]!.unit
  const { operation, operands } = expression
  if (plain.has(operation)) return '1'
  const units = operands.map((operand) => find(operand, stream))
  const [first = null, second = null] = units
  switch (operation) {
    case 'negative':
    case 'abs':
    case 'round':
      return first
    case 'sqrt':
      return rootOf(first)
    case '*':
      return productOf(first, second)
    case '/':
      return ratioOf(first, second)
    case '^':
      return powerOf(first, operands[1]!)
    case 'if':
      return sharedBy(units.slice(1))
    default:
      return sharedBy(units)
  }
}

function sharedBy(units: readonly Unit[]): Unit {
  return units.reduce((shared, unit) => {
    if (shared === anyUnit) return unit
    return unit === anyUnit || unit === shared ? shared : null
  }, anyUnit)
}

function isPlain(unit: Unit): boolean {
  return unit === anyUnit || unit === '1'
}

function productOf(first: Unit, second: Unit): Unit {
  if (isPlain(second)) return first
  if (isPlain(first)) return second
  return first === second ? squareOf(first) : null
}

function ratioOf(first: Unit, second: Unit): Unit {
  if (first === null || second === null) return null
  if (isPlain(second)) return first
  return first === second ? '1' : null
}

function powerOf(base: Unit, exponent: BoundExpression): Unit {
  if (isPlain(base)) return base
  const power = exponent.kind === 'number' ? exponent.value : Number.NaN
  if (power === 1) return base
  if (power === 2) return squareOf(base)
  return power === 0.5 ? rootOf(base) : null
}

function squareOf(unit: Unit): Unit {
  return typeof unit === 'string' && /^[^^/*\s]+$/.test(unit) ? `${unit}^2` : null
}

function rootOf(unit: Unit): Unit {
  if (typeof unit !== 'string' || unit === '1') return unit
  return /^[^^/*\s]+\^2$/.test(unit) ? unit.slice(0, -2) : null
}
