/** For those who listen: says what changed, and never counts seconds aloud. */
import { rowsOf } from '../frames/rows.ts'
import { useStore } from '../state/store.ts'
import { useSetup, useView, useWorkbench } from '../state/workbench.ts'
import { fileName } from '../ui/format.ts'
import { hostState } from './host-state.ts'

export function SpokenState() {
  const workbench = useWorkbench()
  const link = useStore(workbench.link.state)
  const path = useStore(workbench.recordingPath)
  const setup = useSetup()
  const { text } = hostState(link, setup)
  const { paused, selected } = useView()
  const row =
    selected && rowsOf(setup?.streams ?? [], setup?.outputs).find(({ key }) => key === selected)
  return (
    <>
      <div className="hidden-text" aria-live="polite" role="status">
        {path ? `Recording to ${fileName(path)}. ` : 'Not recording. '}
        {text}. {paused ? 'The view is paused.' : ''}
      </div>
      <div className="hidden-text" role="status" aria-label="Selected channel">
        {row ? `${row.label} is selected.` : ''}
      </div>
    </>
  )
}
