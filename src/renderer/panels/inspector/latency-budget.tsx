/** The hundred milliseconds of a sample's way, stage by stage, and who spends them: a trace. */
import type { StageStatus } from '../../../contract/index.ts'
import { saveTrace, tracedSeconds } from '../../state/actions.ts'
import { useStore } from '../../state/store.ts'
import { useView, useWorkbench } from '../../state/workbench.ts'
import { formatMilliseconds } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { KeyCap } from '../../ui/key-cap.tsx'

const wholeNames: Record<StageStatus['stage'], string> = {
  acquisition: 'From the device’s sample to its bytes here; a constant delay cannot be seen',
  transfer: 'From the bytes to the ring',
  buffering: 'In the ring, until the graph takes it',
  processing: 'Once through the whole graph',
  storage: 'Out of the rings, into the file; beside the way, not on it',
  delivery: 'From the graph to this window',
}

export function LatencyBudget() {
  const workbench = useWorkbench()
  const stages = useStore(workbench.status)?.latency.stages ?? []
  const { tracing } = useView()
  return (
    <section className="budget">
      <h3 className="section-head">Latency budget, p99 of 10 s</h3>
      <dl className="stages">
        {stages.map((stage) => (
          <Stage key={stage.stage} stage={stage} />
        ))}
      </dl>
      <div className="trace-save">
        <button
          type="button"
          className="button small"
          disabled={tracing}
          title={`Which node and thread ran when, over ${tracedSeconds} s: opens in Perfetto`}
          onClick={() => saveTrace(workbench)}
        >
          {tracing ? `Tracing for ${tracedSeconds} s …` : 'Save trace'} <KeyCap>T</KeyCap>
        </button>
      </div>
    </section>
  )
}

function Stage({ stage: { stage, budgetMs, taken } }: { stage: StageStatus }) {
  const isLate = taken !== null && taken.p99Ms > budgetMs
  const share = taken ? Math.min(1, taken.p99Ms / budgetMs) : 0
  return (
    <div className={isLate ? 'late' : ''} title={wholeNames[stage]}>
      <dt>
        {isLate && <Icon name="triangle" size={12} />}
        {stage}
      </dt>
      <dd className="bar">
        <span style={{ width: `${share * 100}%` }} />
      </dd>
      <dd className="taken">{taken ? formatMilliseconds(taken.p99Ms) : '–'}</dd>
      <dd className="of">
        <span className="dim">of</span> {budgetMs}
        <span className="unit">ms</span>
      </dd>
    </div>
  )
}
