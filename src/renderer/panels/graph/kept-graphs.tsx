/** Graphs that ran once and do not now: run again, left to begin by themselves, or forgotten. */
import type { KeptGraph } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import { GraphWishes } from './graph-wishes.tsx'

export function KeptGraphs() {
  const { graphDesk } = useWorkbench()
  const resting = useStore(graphDesk).kept.filter(({ state }) => state !== 'running')
  if (resting.length === 0) return null
  const waiting = resting.filter(({ state }) => state === 'waiting').length
  return (
    <details className="kept-graphs">
      <summary>
        Ran before
        <span className="dim">
          {resting.length}
          {waiting > 0 && `, ${waiting} waiting for a stream`}
        </span>
      </summary>
      <ul aria-label="Graphs that ran before">
        {resting.toReversed().map((graph) => (
          <KeptEntry key={graph.id} graph={graph} />
        ))}
      </ul>
    </details>
  )
}

function KeptEntry({ graph }: { readonly graph: KeptGraph }) {
  const { link, graphDesk } = useWorkbench()
  const { run, trouble, isBusy } = useAttempt()
  const { id, name, state, reads } = graph
  const again = async () => {
    await link.call('graph.again', { id })
    graphDesk.patch({ chosen: id, selected: null })
  }
  const read = reads.join(', ') || 'markers'
  return (
    <li>
      <span className="name">{name}</span>
      <span className="dim">{state === 'waiting' ? `waits for ${read}` : `read ${read}`}</span>
      <span className="end">
        <GraphWishes id={id} />
        <button
          type="button"
          className="button small"
          disabled={isBusy}
          onClick={() => void run('running it again', again)}
        >
          Run again
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => void run('forgetting it', () => link.call('graph.forget', { id }))}
        >
          Forget
        </button>
      </span>
      {trouble && <Trouble {...trouble} />}
    </li>
  )
}
