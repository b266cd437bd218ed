/**
 * Everything that crosses a process boundary between interface and host, with its schema: the same
 * words over Electron's MessagePort and over WebSocket.
 */
export * from './channel.ts'
export * from './client.ts'
export * from './devices.ts'
export * from './frames.ts'
export * from './graph.ts'
export * from './jobs.ts'
export * from './messages.ts'
export * from './methods.ts'
export * from './playback.ts'
export * from './recording-settings.ts'
export * from './review.ts'
export * from './server.ts'
export * from './sessions.ts'
export * from './setup.ts'
export * from './status.ts'
