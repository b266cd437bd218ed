import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { featureStream, runPorts } from '../../../test/conformance/run-ports.ts'

interface Said {
  readonly text: string
  value(frame: readonly number[]): number
}

const labels = ['theta', 'beta', 'Fp1 alpha']
const input = featureStream(labels, 4)
const truth = (x: number) => !Number.isNaN(x) && x !== 0
const asNumber = (x: boolean) => (x ? 1 : 0)

const binary: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => asNumber(a < b),
  '<=': (a, b) => asNumber(a <= b),
  above: (a, b) => asNumber(a > b),
  'is at least': (a, b) => asNumber(a >= b),
  '=': (a, b) => asNumber(a === b),
  '!=': (a, b) => asNumber(a < b || a > b),
  and: (a, b) => asNumber(truth(a) && truth(b)),
  or: (a, b) => asNumber(truth(a) || truth(b)),
}
const unary: Record<string, (a: number) => number> = {
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  sign: Math.sign,
  known: (a) => asNumber(Number.isFinite(a)),
}
const many: Record<string, (values: number[]) => number> = {
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  sum: (values) => values.reduce((a, b) => a + b),
  mean: (values) => values.reduce((a, b) => a + b) / values.length,
  any: (values) => asNumber(values.some(truth)),
  all: (values) => asNumber(values.every(truth)),
}

const { said } = fc.letrec<{ said: Said }>((tie) => ({
  said: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.nat(999).map((n): Said => ({ text: `${n / 8}`, value: () => n / 8 })),
    fc.nat(2).map((c): Said => {
      const bare = /^\w+$/.test(labels[c]!)
      return { text: bare ? labels[c]! : `'${labels[c]}'`, value: (frame) => frame[c]! }
    }),
    fc
      .tuple(fc.constantFrom(...Object.keys(binary)), tie('said'), tie('said'))
      .map(([sign, a, b]) => ({
        text: `(${a.text}) ${sign} (${b.text})`,
        value: (frame: readonly number[]) => binary[sign]!(a.value(frame), b.value(frame)),
      })),
    fc.tuple(fc.constantFrom(...Object.keys(unary)), tie('said')).map(([name, a]) => ({
      text: `${name}(${a.text})`,
      value: (frame: readonly number[]) => unary[name]!(a.value(frame)),
    })),
    fc
      .tuple(
        fc.constantFrom(...Object.keys(many)),
        fc.array(tie('said'), { minLength: 1, maxLength: 3 }),
      )
      .map(([name, each]) => ({
        text: `${name}(${each.map(({ text }) => text).join(', ')})`,
        value: (frame: readonly number[]) => many[name]!(each.map(({ value }) => value(frame))),
      })),
    fc.tuple(tie('said'), tie('said'), tie('said')).map(([a, b, c]) => ({
      text: `if(not ${a.text.includes(' ') ? `(${a.text})` : a.text}, ${b.text}, -(${c.text}))`,
      value: (frame: readonly number[]) =>
        truth(a.value(frame)) ? -c.value(frame) : b.value(frame),
    })),
  ),
}))

function formulas(expressions: readonly string[], frames: readonly (readonly number[])[]) {
  const channels = expressions.map((expression, i) => ({ label: `${i}`, expression, unit: '1' }))
  const feed = { info: input, frames: frames.map((values, i) => ({ time: i / 4, values })) }
  return runPorts({ node: 'formula', options: { channels }, feeds: { in: feed }, arrivals: [] })
    .out!
}

const value = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map((n) => n / 4),
  fc.constant(Number.NaN),
)
const frame = fc.tuple(value, value, value)

test('an expression gives what the same words give one number at a time', () => {
  fc.assert(
    fc.property(said, fc.array(frame, { minLength: 1, maxLength: 9 }), (expression, frames) => {
      const { frames: given } = formulas([expression.text], frames)
      const wanted = frames.map((values) => Math.fround(expression.value(values)))
      expect(given.map(({ values }) => values[0])).toEqual(wanted)
    }),
    { numRuns: 300 },
  )
})

test('what binds how: powers from the right before minus, products, sums, comparisons, not, and, or', () => {
  const cases: Record<string, number> = {
    '2 ^ 3 ^ 2': 512,
    '-2 ^ 2': -4,
    '2 ^ -1': 0.5,
    '1 + 2 * 3 - 4 / 2': 5,
    '8 / 4 / 2': 1,
    'not 1 > 2 and 0 or 1': 1,
    '1 or 1 and 0': 1,
    '3 is between 1 and 3 and 1': 1,
    'theta is above 1.5': 1,
    '.5e1': 5,
  }
  const { frames } = formulas(Object.keys(cases), [[2, 3, 4]])
  expect(frames[0]!.values).toEqual(Object.values(cases))
})

describe('a fault is refused with its place and what would do', () => {
  const cases: [string, RegExp, RegExp?][] = [
    ['theta // beta', /character 8: "\/" stands where a number, a channel, a function or \(/],
    ['theta +', /character 8: the text ends where/],
    ['theta beta', /character 7: "beta" stands where an operator or the end/],
    ['(theta', /character 7: the text ends where \) is expected/],
    ['wave(theta)', /character 1: there is no function wave; there are abs, sqrt/],
    ['sqrt(1, 2)', /sqrt takes 1 values, not 2/],
    ['theta $ 2', /character 7: \$ is no sign/],
    ["'theta", /character 1: the quote ' is not closed/],
    ['alpha + 1', /"alpha" is no channel of "test\/features"; it has theta, beta, Fp1 alpha/],
    ["'O* alpha' + 1", /no channel of "test\/features" fits O\* alpha/],
    ['is above', /character 1: "is" stands where/],
    ['theta is 3', /"3" stands where above, below/],
    ['1 < 2 < 3', /character 7: "<" stands where an operator or the end/],
    ['constructor(1)', /there is no function constructor/],
  ]
  for (const [text, message] of cases) {
    test(text, () => {
      expect(() => formulas([text], [])).toThrow(message)
      expect(() => formulas([text], [])).toThrow(/"node" \(formula\): channels\.0\.expression/)
    })
  }
})

test('terms are phrases of several words, and the longest that fits is meant', () => {
  const { frames } = runPorts({
    node: 'formula',
    options: {
      terms: {
        quality: 'theta',
        'quality is good': 'quality above 1',
        'theta/beta': 'theta / beta',
      },
      channels: [
        { label: 'good', expression: 'quality is good and theta/beta < 1' },
        { label: 'quality', expression: 'quality * 2' },
      ],
    },
    feeds: { in: { info: input, frames: [{ time: 0, values: [2, 4, 8] }] } },
    arrivals: [],
  }).out!
  expect(frames[0]!.values).toEqual([1, 4])
})
