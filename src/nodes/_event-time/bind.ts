/**
 * Puts the channels of a stream in the place of the names of an expression. A `*` inside a function
 * of many values becomes all channels that fit; elsewhere it makes one expression for each.
 */
import type { StreamInfo } from '../../signal/index.ts'
import { type Expression, isGatherer, type Operation } from './expression.ts'

/** An expression over the channels of one stream, by index. */
export type BoundExpression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'channel'; readonly index: number }
  | {
      readonly kind: 'call'
      readonly operation: Operation
      readonly operands: readonly BoundExpression[]
    }

/** Names no channel, or more than one; the message says which there are. */
export class BindingError extends Error {}

const mostNamesTold = 24

/** @throws BindingError */
export function bindExpression(
  expression: Expression,
  stream: StreamInfo,
  star: string | null = null,
): BoundExpression {
  if (expression.kind === 'number') return expression
  if (expression.kind === 'channel') {
    return { kind: 'channel', index: channelNamed(expression.name, stream, star) }
  }
  const { operation, operands } = expression
  const bound = isGatherer(operation)
    ? operands.flatMap((operand) => gathered(operand, stream))
    : operands.map((operand) => bindExpression(operand, stream, star))
  return { kind: 'call', operation, operands: bound }
}

/**
 * What `*` stands for: once for every channel that fits, `[null]` where there is no `*`.
 * @throws BindingError when nothing fits
 */
export function starsOf(expression: Expression, stream: StreamInfo): (string | null)[] {
  const names = starredNames(expression)
  const [first] = names
  if (first === undefined) return [null]
  const labels = new Set(stream.channels.map(({ label }) => label))
  const stars = stream.channels.flatMap(({ label }) => {
    const star = starIn(first, label)
    return star !== null && names.every((name) => labels.has(name.replace('*', star))) ? [star] : []
  })
  if (stars.length) return stars
  throw new BindingError(
    `no channel of "${stream.name}" fits ${names.join(' and ')}; ${told(stream)}`,
  )
}

function gathered(operand: Expression, stream: StreamInfo): BoundExpression[] {
  return starsOf(operand, stream).map((star) => bindExpression(operand, stream, star))
}

/** Names with a `*` that no function of many values has taken. */
function starredNames(expression: Expression): string[] {
  if (expression.kind === 'number') return []
  if (expression.kind === 'channel') return expression.name.includes('*') ? [expression.name] : []
  return isGatherer(expression.operation) ? [] : expression.operands.flatMap(starredNames)
}

function starIn(pattern: string, label: string): string | null {
  const [before = '', after = '', ...more] = pattern.split('*')
  if (more.length) throw new BindingError(`"${pattern}" has more than one *`)
  const length = label.length - before.length - after.length
  if (length < 1 || !label.startsWith(before) || !label.endsWith(after)) return null
  return label.slice(before.length, before.length + length)
}

function channelNamed(name: string, stream: StreamInfo, star: string | null): number {
  const label = star === null ? name : name.replace('*', star)
  const found = stream.channels.flatMap((channel, index) =>
    channel.label === label ? [index] : [],
  )
  if (found.length === 1) return found[0]!
  const problem = found.length ? 'names more than one channel' : 'is no channel'
  throw new BindingError(`"${label}" ${problem} of "${stream.name}"; ${told(stream)}`)
}

function told({ channels }: StreamInfo): string {
  const names = channels.slice(0, mostNamesTold).map(({ label }) => label)
  const more = channels.length - names.length
  return `it has ${names.join(', ')}${more ? ` and ${more} more` : ''}`
}
