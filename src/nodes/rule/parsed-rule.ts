/** A rule with its conditions parsed, from words or from steps; both say the same. */
import { type Expression, parseExpression, type Terms } from '../_event-time/expression.ts'
import { LanguageError } from '../_event-time/tokens.ts'
import type { RuleSpec, StepSpec } from './options.ts'

export interface ParsedStep extends Omit<StepSpec, 'when' | 'until' | 'while'> {
  readonly when: Expression
  readonly until?: Expression
  readonly while?: Expression
}

export interface ParsedRule extends Omit<RuleSpec, 'steps' | 'value'> {
  readonly steps: readonly ParsedStep[]
  readonly value: Expression
}

/** @throws LanguageError */
export function parseSteps(rule: RuleSpec, terms: Terms): ParsedRule {
  const steps = rule.steps.map(
    ({ until, while: guard, when, ...step }): ParsedStep => ({
      ...step,
      when: parseExpression(when, terms),
      ...(until === undefined ? {} : { until: parseExpression(until, terms) }),
      ...(guard === undefined ? {} : { while: parseExpression(guard, terms) }),
    }),
  )
  steps.forEach((step, i) => {
    const problem = contradictionOf(step, i)
    if (problem) throw new LanguageError(rule.steps[i]!.when, 0, problem)
  })
  const value = rule.value === undefined ? measured(steps[0]!) : parseExpression(rule.value, terms)
  return { ...rule, steps, value }
}

/** What a rule is about if it does not say so: the left side of its first comparison, else 1. */
export function measured({ when }: ParsedStep): Expression {
  const isComparison = when.kind === 'call' && /^[<>=!]/.test(when.operation)
  return isComparison ? when.operands[0]! : { kind: 'number', value: 1 }
}

/** What a step cannot mean, and what to say instead; null for a sound one. */
export function contradictionOf(step: ParsedStep, index: number): string | null {
  const { absent, times, forSeconds, breakSeconds, inSeconds, withinSeconds } = step
  if (absent && times > 1) return 'what does not come cannot come several times'
  if (absent && breakSeconds > 0) return 'breaks are for what holds, not for what does not come'
  if (absent && forSeconds === 0) return 'say for how long it does not come: for 5 s'
  if (absent && withinSeconds !== undefined) return 'say how long it does not come with for'
  if (times > 1 && inSeconds === undefined) return 'say in what time: 3 times in 2 s'
  if (times === 1 && inSeconds !== undefined) return 'say how many times, or within'
  if (index === 0 && withinSeconds !== undefined) {
    return 'within counts from the step before, and the first has none; use "all within" for the rule'
  }
  if (withinSeconds !== undefined && forSeconds > withinSeconds) {
    return `it cannot hold for ${forSeconds} s within ${withinSeconds} s`
  }
  return null
}
