import { expect, test } from 'vitest'
import { GraphMemory } from '../../graph/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { parseExpression } from './expression.ts'
import { bindOnce } from './language.ts'
import { newProgram } from './program.ts'

const info: StreamInfo = {
  id: 'test',
  name: 'test',
  type: 'Features',
  sampleFormat: 'float32',
  nominalRateHz: 10,
  channels: ['a', 'b', 'c'].map((label) => physicalChannel(label, 'MISC', '1')),
  origin: { source: 'test' },
}
const memory = new GraphMemory(newKernelMemory())
const some = [Number.NaN, Number.POSITIVE_INFINITY, -2.5, -1, -0, 0, 0.5, 1, 3.25, 1e30]
const rows = some.flatMap((a) => some.map((b, i) => [a, b, some[(i * 7 + 3) % some.length]!]))

const expressions = [
  ...['+', '-', '*', '/', '^', '<', '<=', '>', '>=', '=', '!=', 'and', 'or'].map((o) => `a ${o} b`),
  ...[
    'not a',
    '-a',
    'if(a, b, c)',
    'min(a, b, c)',
    'max(a, b, c)',
    'sum(a, b, c)',
    'mean(a, b, c)',
  ],
  ...['any(a, b, c)', 'all(a, b, c)', 'a * 2 - b / 3 > c and known(a)'],
  ...['abs', 'sqrt', 'exp', 'log', 'log10', 'log2', 'round', 'sign', 'known'].map((f) => `${f}(a)`),
]

test.each(expressions)('R2 %s: a frame alone gives what it gives among others', (text) => {
  const lent = memory.lend()
  const program = newProgram(bindOnce(parseExpression(text), info), lent, rows.length)
  const chunk = newChunkBuffer({ format: 'float32', channels: 3, maxFrames: rows.length })
  chunk.frames = rows.length
  chunk.data.set(rows.flat())
  program.run(chunk)
  const together = [...program.answer]
  const alone = rows.map((row) => {
    chunk.frames = 1
    chunk.data.set(row)
    program.run(chunk)
    return program.answer[0]!
  })
  for (const [i, value] of alone.entries())
    expect(Object.is(value, together[i]), `${rows[i]}`).toBe(true)
})
