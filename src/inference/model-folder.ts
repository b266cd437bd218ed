/** The models folder: one sub-folder a model, with a `card.json` and the file that it names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type ModelCard, modelCardSchema, reasonOf, SynapseError } from '../signal/index.ts'

export interface StoredModel {
  readonly card: ModelCard
  /** Path of the ONNX file. */
  readonly path: string
}

/**
 * Every model in the folder, by name. A folder that does not exist holds none.
 * @throws SynapseError model-invalid, naming the card and its fault
 */
export function readModelFolder(folder: string): ReadonlyMap<string, StoredModel> {
  const models = new Map<string, StoredModel>()
  if (!existsSync(folder)) return models
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const cardPath = join(folder, entry.name, 'card.json')
    if (!entry.isDirectory() || !existsSync(cardPath)) continue
    const card = readCard(cardPath)
    const namesake = models.get(card.name)
    if (namesake) {
      const why = `"${card.name}" is the name of ${namesake.path}, too`
      throw new SynapseError('model-invalid', `reading ${cardPath}: ${why}`)
    }
    models.set(card.name, { card, path: join(folder, entry.name, card.file) })
  }
  return models
}

/** @throws SynapseError model-missing, naming those that there are */
export function storedModel(models: ReadonlyMap<string, StoredModel>, name: string): StoredModel {
  const model = models.get(name)
  if (model) return model
  throw new SynapseError('model-missing', `opening the model "${name}": it is not there`, {
    remedy: `Models found: ${[...models.keys()].join(', ') || 'none'}.`,
  })
}

function readCard(path: string): ModelCard {
  try {
    const parsed = modelCardSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    if (parsed.success && basename(parsed.data.file) !== parsed.data.file) {
      throw new Error(`file: ${parsed.data.file} does not lie beside the card`)
    }
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
  } catch (cause) {
    throw new SynapseError('model-invalid', `reading ${path}: ${reasonOf(cause)}`, { cause })
  }
}
