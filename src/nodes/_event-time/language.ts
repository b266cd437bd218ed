/** Expressions in a node's options: the option of terms, and refusals that name node and option. */
import { z } from 'zod'
import { option, type StreamInfo } from '../../signal/index.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { BindingError, type BoundExpression, bindExpression, starsOf } from './bind.ts'
import { type Expression, parseTerms, type Terms } from './expression.ts'
import { LanguageError } from './tokens.ts'

/** Text of an expression; a longer one is better said with terms. */
export const expressionText = z.string().min(1).max(2000)

export const termsOption = option(z.record(z.string().min(1), expressionText).default({}), {
  help: 'Phrases that stand for an expression, like "quality is good"; each may use those before it.',
})

const remedy =
  'Expressions have + - * / ^, < <= > >= = !=, above, below, between, and, or, not, functions,' +
  " and channels, in quotes unless they are one word: mean('* theta') / mean('* beta') above 2.5."

/** @throws SynapseError graph-invalid, naming option and place, when `read` finds a fault */
export function readOption<T>(node: NodeName, name: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof LanguageError || cause instanceof BindingError) {
      throw refusal(node, `${name}: ${cause.message}`, remedy)
    }
    throw cause
  }
}

/** @throws SynapseError graph-invalid */
export function readTerms(node: NodeName, terms: Readonly<Record<string, string>>): Terms {
  return readOption(node, 'terms', () => parseTerms(terms))
}

/**
 * Binds an expression that gives one value for the whole frame.
 * @throws BindingError where a * has no function around it that takes all that fit
 */
export function bindOnce(expression: Expression, stream: StreamInfo): BoundExpression {
  if (starsOf(expression, stream)[0] === null) return bindExpression(expression, stream)
  throw new BindingError('a * makes many values of one: put mean, min, max, any or all around it')
}

/** @throws SynapseError graph-invalid where values are still those of the converter */
export function checkPhysical(node: NodeName, stream: StreamInfo): void {
  const raw = stream.channels.find(({ scale, offset }) => scale !== 1 || offset !== 0)
  if (!raw) return
  throw refusal(
    node,
    `channel "${raw.label}" of "${stream.name}" is raw: its values are not in ${raw.unit}`,
    'Put calibrate in front.',
  )
}
