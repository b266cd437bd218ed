/**
 * Rules in words:
 *
 * ```
 * theta / beta above 2.5 until below 2.2 for 3 s ignoring breaks of 0.2 s while quality is good,
 *   then event
 * blink > 0.5 3 times in 2 s, then no motion above 1 for 5 s, then event, not again for 10 s
 * alpha above 20 for 1 s, then alpha below 5 within 4 s, then event when over, all within 10 s,
 *   value alpha
 * ```
 *
 * A step is a condition with what must be true of it: `until` and where it ends (hysteresis); `for`
 * how long; how many `times in` what time; `within` what time after the step before; `while` what
 * else must hold. `no` in front: it must not come. Steps follow with `then`, the last is `event`.
 * Times are in ms, s, min or h.
 */
import {
  type Expression,
  readComparison,
  readExpression,
  type Terms,
} from '../_event-time/expression.ts'
import { LanguageError, TokenReader } from '../_event-time/tokens.ts'
import { contradictionOf, measured, type ParsedRule, type ParsedStep } from './parsed-rule.ts'

type Draft<T> = { -readonly [K in keyof T]?: T[K] }

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  second: 1,
  seconds: 1,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
}
const furtherClauses = 'until, for, 3 times, within, while, then or an operator'
const closings = 'not again for, all within, value or the end'

/** @throws LanguageError naming the character and what may stand there */
export function parseRuleText(text: string, terms: Terms): ParsedRule {
  const reader = new TokenReader(text)
  const steps: ParsedStep[] = []
  do steps.push(readStep(reader, terms, steps.length))
  while (!isEventNext(reader))
  reader.expect('event')
  const event = reader.takeIf('when', 'over') ? 'over' : 'met'
  const closing = readClosings(reader, terms)
  return { steps, event, notAgainForSeconds: 0, value: measured(steps[0]!), ...closing }
}

/** Takes the `then` between steps. */
function isEventNext(reader: TokenReader): boolean {
  reader.takeIf(',')
  if (!reader.takeIf('then')) throw reader.refusal(furtherClauses)
  return reader.next.kind === 'word' && reader.next.text === 'event'
}

function readStep(reader: TokenReader, terms: Terms, index: number): ParsedStep {
  const { at } = reader.next
  const absent = reader.takeIf('no')
  const when = readExpression(reader, terms)
  const said: Draft<ParsedStep> = {}
  while (readClause(reader, terms, said, { when, absent, index })) {}
  const step = { forSeconds: 0, breakSeconds: 0, times: 1, ...said, when, absent }
  const problem = contradictionOf(step, index)
  if (problem) throw new LanguageError(reader.text, at, problem)
  return step
}

interface Subject {
  readonly when: Expression
  readonly absent: boolean
  readonly index: number
}

/** @returns false when the step ends */
function readClause(
  reader: TokenReader,
  terms: Terms,
  said: Draft<ParsedStep>,
  subject: Subject,
): boolean {
  if (reader.next.kind === 'number' && reader.ahead(1).text === 'times') {
    once(reader, said, 'times')
    said.times = Number(reader.take(2).text)
    if (!Number.isInteger(said.times) || said.times < 1 || said.times > 64) {
      throw reader.refusal('1 to 64 times')
    }
    // Before a first step there is nothing that "within" could count from.
    if (reader.takeIf('in') || (subject.index === 0 && reader.takeIf('within'))) {
      said.inSeconds = readSeconds(reader)
    }
    return true
  }
  if (reader.takeIf('until')) {
    once(reader, said, 'until')
    said.until = readEnd(reader, terms, subject.when)
    return true
  }
  if (reader.takeIf('for')) {
    once(reader, said, 'forSeconds')
    said.forSeconds = readSeconds(reader)
    if (reader.takeIf('ignoring', 'breaks', 'of')) said.breakSeconds = readSeconds(reader)
    return true
  }
  if (reader.takeIf('within')) {
    const name = subject.absent ? 'forSeconds' : 'withinSeconds'
    once(reader, said, name)
    said[name] = readSeconds(reader)
    return true
  }
  if (!reader.takeIf('while')) return false
  once(reader, said, 'while')
  said.while = readExpression(reader, terms)
  return true
}

/** `until below 2` is about what was above; anything else is a condition of its own. */
function readEnd(reader: TokenReader, terms: Terms, when: Expression): Expression {
  const left = when.kind === 'call' && /^[<>=!]/.test(when.operation) ? when.operands[0] : null
  return (left && readComparison(reader, terms, left)) ?? readExpression(reader, terms)
}

function readClosings(reader: TokenReader, terms: Terms): Draft<ParsedRule> {
  const said: Draft<ParsedRule> = {}
  while (reader.next.kind !== 'end') {
    reader.takeIf(',')
    if (reader.takeIf('not', 'again', 'for')) {
      once(reader, said, 'notAgainForSeconds')
      said.notAgainForSeconds = readSeconds(reader)
    } else if (reader.takeIf('all', 'within')) {
      once(reader, said, 'withinSeconds')
      said.withinSeconds = readSeconds(reader)
    } else if (reader.takeIf('value')) {
      once(reader, said, 'value')
      said.value = readExpression(reader, terms)
    } else throw reader.refusal(closings)
  }
  return said
}

function readSeconds(reader: TokenReader): number {
  const { kind } = reader.next
  const unit = unitSeconds[reader.ahead(1).text]
  if (kind !== 'number' || unit === undefined) throw reader.refusal('a time like 3 s or 200 ms')
  const { at } = reader.next
  const seconds = Number(reader.take(2).text) * unit
  if (seconds > 0 && seconds <= 86_400) return seconds
  throw new LanguageError(reader.text, at, 'a time is more than 0 s and at most 24 h')
}

function once(reader: TokenReader, said: object, name: string): void {
  if (name in said) throw reader.refusal('something that the step does not say already')
}
