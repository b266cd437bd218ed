/** The catalogue of recordings: who, when, what for, with which settings, and whether it is whole. */
export { SessionCatalogue } from './catalogue.ts'
export type { CataloguedRecording } from './entry.ts'
export { fieldsOfName, nextPath } from './file-name.ts'
export { type Inspect, rebuildCatalogue, withinFolder } from './rebuild.ts'
export { readSideFile, writeSideFile } from './side-file.ts'
export { deleteSubject, exportSubject, isAlive } from './subject.ts'
