/** What processes the streams, drawn and measured as it runs, beside its details or its text. */
import './graph.css'
import { lazy, Suspense } from 'react'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { Details } from './details.tsx'
import { Drawing } from './drawing.tsx'
import { GraphBar } from './graph-bar.tsx'
import { KeptGraphs } from './kept-graphs.tsx'
import { useGraphLook } from './use-graph-look.ts'

/** The editor is as large as the rest of the panel, and wanted now and then. */
const GraphWriter = lazy(async () => ({
  default: (await import('./graph-writer.tsx')).GraphWriter,
}))

export function GraphView() {
  const { graphDesk } = useWorkbench()
  const { chosen, selected, isWriting } = useStore(graphDesk)
  const { seen, trouble } = useGraphLook(chosen)
  const shape = seen?.shape ?? null
  const state = seen?.graphs.find(({ id }) => id === shape?.id)?.state ?? 'opening'
  const meters = seen?.history.at(-1)
  const select = (key: string | null) => graphDesk.patch({ selected: key })
  return (
    <div className="graph-panel">
      <GraphBar graphs={seen?.graphs ?? []} shape={shape} state={state} />
      <KeptGraphs />
      {trouble && <Trouble {...trouble} />}
      {meters?.trouble && <Trouble {...meters.trouble} level="warning" />}
      <div className={`graph-body ${isWriting ? 'writing' : ''}`}>
        {shape ? (
          <Drawing
            key={shape.id}
            shape={shape}
            state={state}
            history={seen!.history}
            selected={selected}
            onSelect={select}
          />
        ) : (
          <NoGraph isAsked={seen !== null} />
        )}
        {isWriting ? (
          <Suspense fallback={<p className="hint dim">Opening the editor …</p>}>
            <GraphWriter graphs={seen?.graphs ?? []} />
          </Suspense>
        ) : (
          shape && (
            <Details shape={shape} state={state} history={seen!.history} selected={selected} />
          )
        )}
      </div>
    </div>
  )
}

function NoGraph({ isAsked }: { readonly isAsked: boolean }) {
  return (
    <div className="graph-frame empty">
      <p className="nothing-runs dim">
        {isAsked
          ? 'No graph runs. Connect a device: its streams are processed from then on, and a graph of your own can run beside.'
          : 'Asking the host …'}
      </p>
    </div>
  )
}
