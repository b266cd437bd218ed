/**
 * Expressions as programs: each instruction goes over a whole chunk, column by column, so that one
 * look at an instruction serves all frames and nothing is allocated. A program stands on a stack of
 * columns of `maxFrames` values each; its answer is the first. A frame that comes alone, as records and
 * events do, is worked out by itself: there the looks would be most of the work.
 */
import type { Chunk, NodeMemory } from '../../signal/index.ts'
import type { BoundExpression } from './bind.ts'
import type { Instruction } from './instruction.ts'
import { runSingle } from './single-frame.ts'
import { differs, isTrue } from './truth.ts'

export interface Program {
  /** Its answer for frame `f` of the chunk stands at `[f]`, until it is run again. */
  readonly answer: Float64Array
  run(chunk: Chunk): void
}

/** What a function of many values does with two of them. */
const folds = { sum: '+', mean: '+', min: 'min', max: 'max', any: 'or', all: 'and' } as const

export function newProgram(
  expression: BoundExpression,
  memory: NodeMemory,
  maxFrames: number,
): Program {
  const instructions = compile(expression, 0)
  const columns = 3 + Math.max(...instructions.map(({ column }) => column))
  const stack = Array.from({ length: columns }, () => memory.float64(maxFrames))
  const answer = stack[0]!
  const row = memory.float64(columns)
  return {
    answer,
    run(chunk) {
      if (chunk.frames === 1) {
        runSingle(instructions, row, chunk.data)
        answer[0] = row[0]!
        return
      }
      for (let i = 0; i < instructions.length; i++) step(instructions[i]!, stack, chunk)
    },
  }
}

function compile(expression: BoundExpression, column: number): Instruction[] {
  if (expression.kind === 'number') return [{ code: 'number', value: expression.value, column }]
  if (expression.kind === 'channel') return [{ code: 'channel', value: expression.index, column }]
  const { operation, operands } = expression
  if (operation in folds) return folded(operation as keyof typeof folds, operands, column)
  return [
    ...operands.flatMap((operand, i) => compile(operand, column + i)),
    { code: operation as Instruction['code'], value: 0, column },
  ]
}

/** One operand after another into the first, so that many need no more columns than two. */
function folded(
  operation: keyof typeof folds,
  operands: readonly BoundExpression[],
  column: number,
): Instruction[] {
  const code = folds[operation]
  const steps = operands.flatMap((operand, i): Instruction[] =>
    i === 0
      ? compile(operand, column)
      : [...compile(operand, column + 1), { code, value: 0, column }],
  )
  if (operation === 'mean') {
    steps.push({ code: 'number', value: operands.length, column: column + 1 })
    steps.push({ code: '/', value: 0, column })
  }
  // One value alone is still true or false, not a number.
  if (operation === 'any' || operation === 'all') {
    steps.push({ code: 'not', value: 0, column }, { code: 'not', value: 0, column })
  }
  return steps
}

function step({ code, value, column }: Instruction, stack: Float64Array[], chunk: Chunk): void {
  const a = stack[column]!
  const b = stack[column + 1]!
  const { frames } = chunk
  if (code === 'number') for (let f = 0; f < frames; f++) a[f] = value
  else if (code === 'channel') loadChannel(a, chunk, value)
  else if (code === 'if') choose(a, b, stack[column + 2]!, frames)
  else if (!arithmetic(code, a, b, frames) && !logic(code, a, b, frames)) single(code, a, frames)
}

function loadChannel(a: Float64Array, { data, stride, frames }: Chunk, channel: number): void {
  for (let f = 0, i = channel; f < frames; f++, i += stride) a[f] = data[i]!
}

function arithmetic(code: string, a: Float64Array, b: Float64Array, frames: number): boolean {
  if (code === '+') for (let f = 0; f < frames; f++) a[f] = a[f]! + b[f]!
  else if (code === '-') for (let f = 0; f < frames; f++) a[f] = a[f]! - b[f]!
  else if (code === '*') for (let f = 0; f < frames; f++) a[f] = a[f]! * b[f]!
  else if (code === '/') for (let f = 0; f < frames; f++) a[f] = a[f]! / b[f]!
  else if (code === '^') for (let f = 0; f < frames; f++) a[f] = a[f]! ** b[f]!
  else if (code === 'min') for (let f = 0; f < frames; f++) a[f] = Math.min(a[f]!, b[f]!)
  else if (code === 'max') for (let f = 0; f < frames; f++) a[f] = Math.max(a[f]!, b[f]!)
  else return false
  return true
}

function logic(code: string, a: Float64Array, b: Float64Array, frames: number): boolean {
  if (code === '<') for (let f = 0; f < frames; f++) a[f] = a[f]! < b[f]! ? 1 : 0
  else if (code === '<=') for (let f = 0; f < frames; f++) a[f] = a[f]! <= b[f]! ? 1 : 0
  else if (code === '>') for (let f = 0; f < frames; f++) a[f] = a[f]! > b[f]! ? 1 : 0
  else if (code === '>=') for (let f = 0; f < frames; f++) a[f] = a[f]! >= b[f]! ? 1 : 0
  else if (code === '=') for (let f = 0; f < frames; f++) a[f] = a[f]! === b[f]! ? 1 : 0
  else if (code === '!=') for (let f = 0; f < frames; f++) a[f] = differs(a[f]!, b[f]!) ? 1 : 0
  else if (code === 'and')
    for (let f = 0; f < frames; f++) a[f] = isTrue(a[f]!) && isTrue(b[f]!) ? 1 : 0
  else if (code === 'or')
    for (let f = 0; f < frames; f++) a[f] = isTrue(a[f]!) || isTrue(b[f]!) ? 1 : 0
  else return false
  return true
}

function single(code: string, a: Float64Array, frames: number): void {
  if (code === 'negative') for (let f = 0; f < frames; f++) a[f] = -a[f]!
  else if (code === 'not') for (let f = 0; f < frames; f++) a[f] = isTrue(a[f]!) ? 0 : 1
  else if (code === 'abs') for (let f = 0; f < frames; f++) a[f] = Math.abs(a[f]!)
  else if (code === 'sqrt') for (let f = 0; f < frames; f++) a[f] = Math.sqrt(a[f]!)
  else if (code === 'exp') for (let f = 0; f < frames; f++) a[f] = Math.exp(a[f]!)
  else if (code === 'log') for (let f = 0; f < frames; f++) a[f] = Math.log(a[f]!)
  else if (code === 'log10') for (let f = 0; f < frames; f++) a[f] = Math.log10(a[f]!)
  else if (code === 'log2') for (let f = 0; f < frames; f++) a[f] = Math.log2(a[f]!)
  else if (code === 'round') for (let f = 0; f < frames; f++) a[f] = Math.round(a[f]!)
  else if (code === 'sign') for (let f = 0; f < frames; f++) a[f] = Math.sign(a[f]!)
  else for (let f = 0; f < frames; f++) a[f] = Number.isFinite(a[f]!) ? 1 : 0 // known
}

function choose(a: Float64Array, b: Float64Array, c: Float64Array, frames: number): void {
  for (let f = 0; f < frames; f++) a[f] = isTrue(a[f]!) ? b[f]! : c[f]!
}
