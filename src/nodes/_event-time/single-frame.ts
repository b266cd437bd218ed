/**
 * A program over one frame alone: a value for each column, and no loops. It gives what `program.ts`
 * gives over many, bit for bit. Values stay in arrays: a number that is handed over makes garbage.
 */
import type { Samples } from '../../signal/index.ts'
import type { Instruction } from './instruction.ts'
import { differs, isTrue } from './truth.ts'

/** @param row one value for each column; the answer is the first */
export function runSingle(
  instructions: readonly Instruction[],
  row: Float64Array,
  data: Samples,
): void {
  for (let i = 0; i < instructions.length; i++) {
    const { code, value, column } = instructions[i]!
    if (code === 'channel') row[column] = data[value]!
    else if (code === 'number') row[column] = value
    else operate(code, row, column)
  }
}

/** The usual ones first. */
function operate(code: Instruction['code'], row: Float64Array, at: number): void {
  const a = row[at]!
  const b = row[at + 1]!
  if (code === '+') row[at] = a + b
  else if (code === '-') row[at] = a - b
  else if (code === '*') row[at] = a * b
  else if (code === '/') row[at] = a / b
  else if (code === '>') row[at] = a > b ? 1 : 0
  else if (code === '<') row[at] = a < b ? 1 : 0
  else if (code === '>=') row[at] = a >= b ? 1 : 0
  else if (code === '<=') row[at] = a <= b ? 1 : 0
  else operateRarely(code, row, at)
}

function operateRarely(code: Instruction['code'], row: Float64Array, at: number): void {
  const a = row[at]!
  const b = row[at + 1]!
  if (code === '=') row[at] = a === b ? 1 : 0
  else if (code === '!=') row[at] = differs(a, b) ? 1 : 0
  else if (code === 'and') row[at] = isTrue(a) && isTrue(b) ? 1 : 0
  else if (code === 'or') row[at] = isTrue(a) || isTrue(b) ? 1 : 0
  else if (code === 'min') row[at] = Math.min(a, b)
  else if (code === 'max') row[at] = Math.max(a, b)
  else if (code === '^') row[at] = a ** b
  else if (code === 'if') row[at] = isTrue(a) ? b : row[at + 2]!
  else call(code, row, at)
}

function call(code: Instruction['code'], row: Float64Array, at: number): void {
  const a = row[at]!
  if (code === 'negative') row[at] = -a
  else if (code === 'not') row[at] = isTrue(a) ? 0 : 1
  else if (code === 'abs') row[at] = Math.abs(a)
  else if (code === 'sqrt') row[at] = Math.sqrt(a)
  else if (code === 'exp') row[at] = Math.exp(a)
  else if (code === 'log') row[at] = Math.log(a)
  else if (code === 'log10') row[at] = Math.log10(a)
  else if (code === 'log2') row[at] = Math.log2(a)
  else if (code === 'round') row[at] = Math.round(a)
  else if (code === 'sign') row[at] = Math.sign(a)
  else row[at] = Number.isFinite(a) ? 1 : 0 // known
}
