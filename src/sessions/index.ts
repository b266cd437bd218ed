/** The catalogue of recordings: who, when, what for, with which settings, and whether it is whole. */
export { SessionCatalogue } from './catalogue.ts'
export { type Elsewhere, noteCopy } from './copies.ts'
export type { CataloguedRecording, Integrity } from './entry.ts'
export { type Erasure, eraseRecordings, planErasure } from './erase.ts'
export { fieldsOfName, nextPath, usualTemplate } from './file-name.ts'
export {
  exportsName,
  filesOfAll,
  isAlive,
  type OwnFile,
} from './files.ts'
export { deviceNames, type Inspect, rebuildCatalogue, withinFolder } from './rebuild.ts'
export { changeEntry, type EntryChange } from './rename.ts'
export { readSideFile, writeSideFile } from './side-file.ts'
export {
  copySubject,
  deleteSubject,
  ofSubject,
  planSubjectExport,
  type SubjectExport,
} from './subject.ts'
