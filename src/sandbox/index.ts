/** Anybody's WebAssembly as a node: found, checked, held to its limits, run. */
export { findModule, readModule } from './module-file.ts'
export { type ModuleSetup, type ModuleSnapshot, SandboxedModule } from './sandboxed-module.ts'
