/** What a user wishes of a graph beyond its running now: in recordings, and when the program begins. */
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'

/** @param id of a graph that is kept */
export function GraphWishes({ id }: { readonly id: string }) {
  const { link, graphDesk } = useWorkbench()
  const { run, trouble } = useAttempt()
  const kept = useStore(graphDesk).kept.find((each) => each.id === id)
  if (!kept) return null
  const wish = (wishes: { startsAlone?: boolean; isRecorded?: boolean }) => {
    // At once; what the host says a moment later stands.
    const list = graphDesk.get().kept
    graphDesk.patch({ kept: list.map((each) => (each.id === id ? { ...each, ...wishes } : each)) })
    void run('setting it', () => link.call('graph.wish', { id, ...wishes }))
  }
  return (
    <div className="graph-wishes">
      <label className="switch">
        <input
          type="checkbox"
          className="check"
          checked={kept.isRecorded}
          onChange={(event) => wish({ isRecorded: event.target.checked })}
        />
        In recordings
      </label>
      <label className="switch" title="As soon as the streams that it read are there">
        <input
          type="checkbox"
          className="check"
          checked={kept.startsAlone}
          onChange={(event) => wish({ startsAlone: event.target.checked })}
        />
        Begins with the program
      </label>
      {trouble && <Trouble {...trouble} />}
    </div>
  )
}
