/** Which node ran when in a run over a recording: measured as live ones are, in one thread. */
import { StageMeters, TraceRing } from '../../ring/index.ts'
import { hostClock, LaneMeters, noMeters } from '../../workers/index.ts'
import { type SavedTrace, Tracing } from '../tracing.ts'

/** Room for some minutes of a graph that runs as fast as it can. */
const spans = 2 ** 20

export class OfflineTrace {
  /** For the run. */
  readonly meters: LaneMeters
  readonly #tracing: Tracing

  constructor() {
    const trace = new TraceRing(undefined, spans)
    this.#tracing = new Tracing(hostClock, () => [], trace)
    this.#tracing.begin()
    const stages = new StageMeters()
    this.meters = new LaneMeters('run', { trace, stages, now: () => hostClock.now() }, noMeters)
  }

  /** @throws SynapseError io-failed, file-denied, disk-full */
  save(path: string): SavedTrace {
    return this.#tracing.save(path)
  }
}
