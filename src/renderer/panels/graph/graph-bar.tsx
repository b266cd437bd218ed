/** Which graph is looked at, how it is as a whole, and what can be done with it. */
import { useState } from 'react'
import type { GraphShape, GraphSummary } from '../../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../../signal/index.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Choice } from '../../ui/choice.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'

const signs: Readonly<Record<GraphSummary['state'], readonly [IconName, string]>> = {
  opening: ['opening', 'quiet'],
  running: ['disc', 'good'],
  changing: ['look', 'quiet'],
  failed: ['fault', 'fault'],
}
const words: Readonly<Record<GraphSummary['state'], string>> = {
  opening: 'opening',
  running: 'running',
  changing: 'changing at the next chunk',
  failed: 'failed, opens again by itself',
}

interface BarProps {
  readonly graphs: readonly GraphSummary[]
  readonly shape: GraphShape | null
  readonly state: GraphSummary['state']
}

export function GraphBar({ graphs, shape, state }: BarProps) {
  const { link, graphDesk } = useWorkbench()
  const { isWriting } = useStore(graphDesk)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  const run = (doing: string, call: Promise<unknown>) => {
    setTrouble(null)
    call.catch((error) => setTrouble(asSynapseError(error, doing).note))
  }
  const write = (draft: string | null, draftOf: string | null) =>
    graphDesk.patch({ isWriting: true, draftOf, ...(draft === null ? {} : { draft }) })
  return (
    <>
      <div className="graph-bar" role="toolbar" aria-label="Graph">
        {shape && (
          <Choice
            name="Graph"
            value={shape.id}
            options={graphs.map((each) => ({ value: each.id, text: nameOf(each) }))}
            onChange={(id) => graphDesk.patch({ chosen: id, selected: null })}
          />
        )}
        {shape && <StateSign state={state} />}
        <span className="end">
          {shape?.isOwn && (
            <>
              <button
                type="button"
                className="button small"
                disabled={!shape.canUndo}
                onClick={() => run('taking back', link.call('graph.undo', { id: shape.id }))}
              >
                Undo change
              </button>
              <button
                type="button"
                className="button small"
                onClick={() => run('ending it', link.call('graph.close', { id: shape.id }))}
              >
                End
              </button>
            </>
          )}
          {shape && !isWriting && (
            <button
              type="button"
              className="button small"
              title={
                shape.isOwn
                  ? 'Change it while it runs'
                  : 'The traces need this one as it is; a copy of it can run beside'
              }
              onClick={() => write(shape.text, shape.isOwn ? shape.id : null)}
            >
              {shape.isOwn ? 'Change …' : 'Copy …'}
            </button>
          )}
          {!isWriting && (
            <button type="button" className="button small" onClick={() => write(null, null)}>
              Run a graph …
            </button>
          )}
        </span>
      </div>
      {trouble && <Trouble {...trouble} />}
    </>
  )
}

function StateSign({ state }: { readonly state: GraphSummary['state'] }) {
  const [sign, tone] = signs[state]
  return (
    <span className={`graph-state ${tone}`} role="status">
      <Icon name={sign} size={12} />
      {words[state]}
    </span>
  )
}

/** The host's own graphs have the name of their stream. */
function nameOf({ name, isOwn, state, id }: GraphSummary): string {
  const marked = /#\d+$/.exec(id)?.[0] ?? ''
  const what = isOwn ? `${name} ${marked}`.trim() : `${name} (traces)`
  return state === 'failed' ? `${what}, failed` : what
}
