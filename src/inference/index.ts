/** ONNX models with their cards: found in a folder, checked, opened, run. */
export { readModelFolder, type StoredModel, storedModel } from './model-folder.ts'
export { type OpenModel, openModel } from './open-model.ts'
