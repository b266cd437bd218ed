import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import type { ModelCard } from '../signal/index.ts'
import { openModel, readModelFolder, storedModel } from './index.ts'

const folder = join(import.meta.dirname, '..', '..', 'models')
const blinks = readModelFolder(folder).get('blink-detector')!
const golden: {
  readonly sha256: string
  readonly tolerance: number
  readonly windows: readonly {
    readonly name: string
    readonly values: readonly number[]
    readonly onnxruntime: number
  }[]
} = JSON.parse(readFileSync(join(folder, 'blink-detector', 'golden.json'), 'utf8'))

const invalid = (why: string) =>
  expect.objectContaining({ code: 'model-invalid', message: expect.stringContaining(why) })

describe('the models folder', () => {
  /** A folder of models with these cards. */
  function modelsWith(cards: Readonly<Record<string, unknown>>): string {
    const scratch = scratchFolder()
    for (const [name, card] of Object.entries(cards)) {
      mkdirSync(scratch.path(name))
      const text = typeof card === 'string' ? card : JSON.stringify(card)
      scratch.write(join(name, 'card.json'), new TextEncoder().encode(text))
    }
    scratch.write('README.md', new Uint8Array(1))
    mkdirSync(scratch.path('no-card'))
    return scratch.path('.')
  }

  test('has its models by name; what is no model in it is passed over', () => {
    const models = modelsWith({ any: blinks.card, other: { ...blinks.card, name: 'other' } })
    expect([...readModelFolder(models).keys()].toSorted()).toEqual(['blink-detector', 'other'])
    const { path, card } = readModelFolder(models).get('blink-detector')!
    expect(path).toBe(join(models, 'any', card.file))
  })

  test('that is not there holds none', () => {
    expect(readModelFolder('/nowhere/models').size).toBe(0)
  })

  test.each([
    ['no JSON', '{"name":', 'card.json'],
    ['nothing', {}, 'name'],
    ['a word too much', { ...blinks.card, colour: 'red' }, 'colour'],
    ['no rate', { ...blinks.card, input: { ...blinks.card.input, rateHz: 0 } }, 'input.rateHz'],
    ['half a digest', { ...blinks.card, sha256: 'abc' }, 'sha256'],
    ['no labels', { ...blinks.card, output: { name: 'blink', labels: [] } }, 'output.labels'],
    ['a file elsewhere', { ...blinks.card, file: '../../secret.onnx' }, 'file'],
  ])('refuses a card with %s, naming card and place', (_what, card, place) => {
    const models = modelsWith({ broken: card })
    expect(() => readModelFolder(models)).toThrow(invalid(place))
    expect(() => readModelFolder(models)).toThrow(invalid(join('broken', 'card.json')))
  })

  test('refuses two models of one name', () => {
    const models = modelsWith({ one: blinks.card, two: blinks.card })
    expect(() => readModelFolder(models)).toThrow(invalid('blink-detector'))
  })

  test('says which there are when one is asked for that is not', () => {
    expect(storedModel(readModelFolder(folder), 'blink-detector')).toEqual(blinks)
    expect(() => storedModel(readModelFolder(folder), 'mind-reader')).toThrow(
      expect.objectContaining({
        code: 'model-missing',
        remedy: expect.stringContaining('blink-detector'),
      }),
    )
  })
})

describe('a model that is not as its card says is refused', () => {
  const withInput = (input: Partial<ModelCard['input']>): ModelCard => ({
    ...blinks.card,
    input: { ...blinks.card.input, ...input },
  })
  const withOutput = (output: Partial<ModelCard['output']>): ModelCard => ({
    ...blinks.card,
    output: { ...blinks.card.output, ...output },
  })

  test.each([
    ['another digest', { ...blinks.card, sha256: '0'.repeat(64) }, 'SHA-256'],
    ['an input that it does not have', withInput({ name: 'brain' }), '"brain"'],
    ['an output that it does not have', withOutput({ name: 'thought' }), '"thought"'],
    ['more channels', withInput({ channels: 8 }), 'blink-detector.onnx'],
    ['fewer frames', withInput({ frames: 50 }), 'blink-detector.onnx'],
    ['more labels', withOutput({ labels: ['blink', 'wink'] }), '2 labels'],
  ])('%s', async (_what, card, why) => {
    await expect(openModel({ card, path: blinks.path })).rejects.toEqual(invalid(why))
  })

  test('a file that is not there', async () => {
    const path = join(folder, 'blink-detector', 'moved.onnx')
    await expect(openModel({ ...blinks, path })).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('moved.onnx'),
    })
  })

  test('a file that is no model, and one that is cut', async () => {
    const scratch = scratchFolder()
    const whole = readFileSync(blinks.path)
    for (const bytes of [new TextEncoder().encode('not a model'), whole.subarray(0, 20_000)]) {
      const path = scratch.write('model.onnx', bytes)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const opening = openModel({ card: { ...blinks.card, sha256 }, path })
      await expect(opening).rejects.toEqual(invalid('model.onnx'))
    }
  })

  test('a file that was changed by a single bit', async () => {
    const scratch = scratchFolder()
    const path = scratch.path('model.onnx')
    copyFileSync(blinks.path, path)
    const bytes = readFileSync(path)
    bytes[1000]! ^= 1
    scratch.write('model.onnx', bytes)
    await expect(openModel({ ...blinks, path })).rejects.toEqual(invalid('SHA-256'))
  })
})

test('the blink detector answers as where it was trained', async () => {
  const model = await openModel(blinks)
  onTestFinished(() => model.close())
  expect(golden.sha256).toBe(blinks.card.sha256)
  for (const { name, values, onnxruntime } of golden.windows) {
    // What the node before it does.
    model.window.set(values.map((value) => value / blinks.card.input.divideBy))
    await model.run()
    expect(Math.abs(model.answer[0]! - onnxruntime), name).toBeLessThan(golden.tolerance)
  }
})
