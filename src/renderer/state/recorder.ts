/** Starting and stopping a recording, with the name that is proposed for it. */
import type { Result } from '../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../signal/index.ts'
import type { HostLink } from '../host/host-link.ts'
import { Store } from './store.ts'

export interface RecorderState {
  /** What the next recording will be called. */
  readonly path: string
  /** The user has typed it: then it is not proposed anew. */
  readonly typed: boolean
  readonly busy: 'starting' | 'stopping' | null
  readonly trouble: ErrorNote | null
}

export type RecordingResult = Result<'recording.stop'>

export class Recorder {
  readonly state = new Store<RecorderState>({
    path: '',
    typed: false,
    busy: null,
    trouble: null,
  })
  readonly #link: HostLink
  readonly #written: (result: RecordingResult) => void

  constructor(link: HostLink, written: (result: RecordingResult) => void) {
    this.#link = link
    this.#written = written
  }

  type(path: string): void {
    this.state.patch({ path, typed: path !== '', trouble: null })
  }

  dismissTrouble(): void {
    this.state.patch({ trouble: null })
  }

  /** A device is open now: that none was is no trouble any more. */
  becameReady(): void {
    if (this.state.get().trouble?.code === 'not-ready') this.dismissTrouble()
  }

  async propose(): Promise<void> {
    if (this.state.get().typed) return
    try {
      const { path } = await this.#link.call('recording.propose', {})
      if (!this.state.get().typed) this.state.patch({ path })
    } catch (error) {
      this.state.patch({ trouble: asSynapseError(error, 'proposing a file name').note })
    }
  }

  /** @param anyway also without a stream that is expected */
  async start(anyway = false): Promise<void> {
    const { path, busy, typed } = this.state.get()
    if (busy) return
    this.state.patch({ busy: 'starting', trouble: null })
    try {
      // A name that was only proposed is the host's to make: by now it may be taken.
      const named = typed && path.trim() ? { path } : {}
      await this.#link.call('recording.start', { ...named, anyway })
      this.state.patch({ busy: null })
    } catch (error) {
      const { note } = asSynapseError(error, `recording ${path}`)
      this.state.patch({ busy: null, trouble: note })
    }
  }

  async stop(): Promise<void> {
    if (this.state.get().busy) return
    this.state.patch({ busy: 'stopping', trouble: null })
    try {
      this.#written(await this.#link.call('recording.stop', {}))
      this.state.patch({ busy: null, typed: false })
      await this.propose()
    } catch (error) {
      const { note } = asSynapseError(error, 'stopping the recording')
      this.state.patch({ busy: null, trouble: note })
    }
  }
}
