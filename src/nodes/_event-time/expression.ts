/**
 * The expression language of the event-time nodes: arithmetic and conditions over the channels of
 * one frame. Parsed once at `open`; nothing is ever evaluated as code.
 *
 * From what binds least to what binds most: `or`; `and`; `not`; a comparison (`<` `<=` `>` `>=`
 * `=` `!=`, in words `above`, `below`, `at least`, `at most`, `between … and …`, all with an
 * optional `is`); `+` `-`; `*` `/`; a minus in front; `^`, from the right. Functions are called as
 * `sqrt(x)`. Truth is a number: 0 and what is no number (NaN) are false, a comparison gives 1 or 0,
 * and a comparison with NaN is false; arithmetic with NaN gives NaN.
 *
 * A `*` in a quoted name stands for a part that several channels have in common: as an argument of
 * mean, sum, min, max, any and all, `mean('* theta')` takes every channel that fits.
 */
import { LanguageError, TokenReader } from './tokens.ts'

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'channel'; readonly name: string }
  | {
      readonly kind: 'call'
      readonly operation: Operation
      readonly operands: readonly Expression[]
    }

const operators = ['+', '-', '*', '/', '^', '<', '<=', '>', '>=', '=', '!='] as const
const words = ['negative', 'not', 'and', 'or'] as const
/** Functions of one value. */
const unaries = ['abs', 'sqrt', 'exp', 'log', 'log10', 'log2', 'round', 'sign', 'known'] as const
/** Functions of as many values as there are. */
const gatherers = ['min', 'max', 'sum', 'mean', 'any', 'all'] as const
const choices = ['if'] as const

export type Gatherer = (typeof gatherers)[number]
export type Operation =
  | (typeof operators)[number]
  | (typeof words)[number]
  | (typeof unaries)[number]
  | (typeof choices)[number]
  | Gatherer

/** Phrases that stand for an expression, as a person would say them: `quality is good`. */
export type Terms = readonly Term[]
interface Term {
  readonly tokens: readonly string[]
  readonly meaning: Expression
}

/** A bare word that cannot be a channel's name. */
const reserved = new Set(
  'and or not is above below at between for while then within until in ignoring no with'.split(' '),
)
const comparators = ['<', '<=', '>', '>=', '=', '!='] as const
const value = 'a number, a channel, a function or ('

export function isGatherer(operation: Operation): operation is Gatherer {
  return (gatherers as readonly string[]).includes(operation)
}

/** @throws LanguageError naming the character and what may stand there */
export function parseExpression(text: string, terms: Terms = []): Expression {
  const reader = new TokenReader(text)
  const expression = readExpression(reader, terms)
  reader.expectEnd('an operator or the end')
  return expression
}

/**
 * A term may use those before it.
 * @throws LanguageError
 */
export function parseTerms(terms: Readonly<Record<string, string>>): Terms {
  const parsed: Term[] = []
  for (const [phrase, text] of Object.entries(terms)) {
    const reader = new TokenReader(phrase)
    if (reader.next.kind !== 'word') throw reader.refusal('a word, as the first of the phrase')
    const tokens: string[] = []
    while (reader.ahead(0).kind !== 'end') {
      const { kind } = reader.ahead(0)
      if (kind !== 'word' && kind !== 'sign') throw reader.refusal('a word')
      tokens.push(reader.take().text)
    }
    parsed.push({ tokens, meaning: parseExpression(text, parsed) })
    parsed.sort((a, b) => b.tokens.length - a.tokens.length)
  }
  return parsed
}

/** Reads as far as the expression goes. */
export function readExpression(reader: TokenReader, terms: Terms): Expression {
  let left = readAnd(reader, terms)
  while (reader.takeIf('or')) left = call('or', left, readAnd(reader, terms))
  return left
}

function readAnd(reader: TokenReader, terms: Terms): Expression {
  let left = readNot(reader, terms)
  while (reader.takeIf('and')) left = call('and', left, readNot(reader, terms))
  return left
}

function readNot(reader: TokenReader, terms: Terms): Expression {
  if (reader.takeIf('not')) return call('not', readNot(reader, terms))
  const left = readSum(reader, terms)
  return readComparison(reader, terms, left) ?? left
}

/** What is said of `left`, if anything: `above 2`, `<= x`, `is between 1 and 2`. */
export function readComparison(
  reader: TokenReader,
  terms: Terms,
  left: Expression,
): Expression | null {
  const said = reader.takeIf('is')
  if (reader.takeIf('between')) {
    const low = readSum(reader, terms)
    reader.expect('and')
    return call('and', call('>=', left, low), call('<=', left, readSum(reader, terms)))
  }
  const operation = takeComparator(reader)
  if (operation) return call(operation, left, readSum(reader, terms))
  if (said) throw reader.refusal('above, below, at least, at most or between')
  return null
}

function takeComparator(reader: TokenReader): Operation | null {
  if (reader.takeIf('above')) return '>'
  if (reader.takeIf('below')) return '<'
  if (reader.takeIf('at', 'least')) return '>='
  if (reader.takeIf('at', 'most')) return '<='
  if (reader.takeIf('==')) return '='
  return comparators.find((sign) => reader.takeIf(sign)) ?? null
}

function readSum(reader: TokenReader, terms: Terms): Expression {
  let left = readProduct(reader, terms)
  for (;;) {
    if (reader.takeIf('+')) left = call('+', left, readProduct(reader, terms))
    else if (reader.takeIf('-')) left = call('-', left, readProduct(reader, terms))
    else return left
  }
}

function readProduct(reader: TokenReader, terms: Terms): Expression {
  let left = readSigned(reader, terms)
  for (;;) {
    if (reader.takeIf('*')) left = call('*', left, readSigned(reader, terms))
    else if (reader.takeIf('/')) left = call('/', left, readSigned(reader, terms))
    else return left
  }
}

function readSigned(reader: TokenReader, terms: Terms): Expression {
  if (reader.takeIf('-')) return call('negative', readSigned(reader, terms))
  const base = readValue(reader, terms)
  return reader.takeIf('^') ? call('^', base, readSigned(reader, terms)) : base
}

function readValue(reader: TokenReader, terms: Terms): Expression {
  const term = takeTerm(reader, terms)
  if (term) return term
  if (reader.takeIf('(')) {
    const inner = readExpression(reader, terms)
    reader.expect(')')
    return inner
  }
  const { kind, text } = reader.next
  if (kind === 'number') return { kind, value: Number(reader.take().text) }
  if (kind === 'quoted') return { kind: 'channel', name: reader.take().text }
  if (kind !== 'word' || reserved.has(text)) throw reader.refusal(value)
  if (reader.ahead(1).text === '(' && reader.ahead(1).kind === 'sign') {
    return readCall(reader, terms)
  }
  return { kind: 'channel', name: reader.take().text }
}

function takeTerm(reader: TokenReader, terms: Terms): Expression | null {
  if (reader.next.kind !== 'word') return null
  const term = terms.find(({ tokens }) => reader.takeIf(...tokens))
  return term?.meaning ?? null
}

function readCall(reader: TokenReader, terms: Terms): Expression {
  const { text, at } = reader.take()
  const operation = [...unaries, ...gatherers, ...choices].find((name) => name === text)
  if (!operation) {
    const known = [...unaries, ...gatherers, ...choices].join(', ')
    throw new LanguageError(reader.text, at, `there is no function ${text}; there are ${known}`)
  }
  reader.expect('(')
  const operands = [readExpression(reader, terms)]
  while (reader.takeIf(',')) operands.push(readExpression(reader, terms))
  reader.expect(')')
  const wanted = operation === 'if' ? 3 : isGatherer(operation) ? operands.length : 1
  if (operands.length !== wanted) {
    const problem = `${text} takes ${wanted} values, not ${operands.length}`
    throw new LanguageError(reader.text, at, problem)
  }
  return call(operation, ...operands)
}

function call(operation: Operation, ...operands: readonly Expression[]): Expression {
  return { kind: 'call', operation, operands }
}
