/** The acquisition host, for the command line and for every process that carries one. */

export { AcquisitionHost, knownDriver } from './host.ts'
export { type HostOptions, openHost } from './open-host.ts'
export { type Serving, serve } from './serve.ts'
