/** One model in memory, checked against its card, asked one window at a time. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type ModelCard, reasonOf, SynapseError } from '../signal/index.ts'
import type { StoredModel } from './model-folder.ts'

export interface OpenModel {
  /** Put a window here, oldest frame first, before `run`. */
  readonly window: Float32Array
  /** The answer of the last `run`: one value per label. */
  readonly answer: Float32Array
  /** One at a time. */
  run(): Promise<void>
  close(): Promise<void>
}

/** @throws SynapseError model-missing, model-invalid */
export async function openModel({ card, path }: StoredModel): Promise<OpenModel> {
  const bytes = readModel(path)
  const digest = createHash('sha256').update(bytes).digest('hex')
  if (digest !== card.sha256) {
    throw invalid(path, `its SHA-256 is not the one on the card of "${card.name}"`)
  }
  const session = await openSession(bytes, path)
  try {
    return await ready(session, card)
  } catch (cause) {
    await session.release()
    throw invalid(path, reasonOf(cause))
  }
}

/** Asked once: the first run is slow, and shows whether the shapes fit. */
async function ready(session: InferenceSession, { input, output }: ModelCard): Promise<OpenModel> {
  if (!session.inputNames.includes(input.name)) throw new Error(`it has no input "${input.name}"`)
  if (!session.outputNames.includes(output.name)) {
    throw new Error(`it has no output "${output.name}"`)
  }
  const { channels, frames } = input
  const window = new Float32Array(channels * frames)
  const answer = new Float32Array(output.labels.length)
  const feeds = { [input.name]: new Tensor('float32', window, [1, channels, frames]) }
  const run = async () => {
    const { data } = (await session.run(feeds))[output.name]!
    if (data.length !== answer.length) {
      throw new Error(`it answers ${data.length} values, its card has ${answer.length} labels`)
    }
    answer.set(data as Float32Array)
  }
  await run()
  return { window, answer, run, close: () => session.release() }
}

function readModel(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new SynapseError('model-missing', `opening ${path}: ${reasonOf(cause)}`, { cause })
  }
}

/** One thread: on two cores, more of them only take time from the filters. */
async function openSession(bytes: Uint8Array, path: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    })
  } catch (cause) {
    throw invalid(path, reasonOf(cause))
  }
}

function invalid(path: string, why: string): SynapseError {
  return new SynapseError('model-invalid', `opening ${path}: ${why}`)
}
