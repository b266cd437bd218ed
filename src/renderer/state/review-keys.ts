/** What keys do while a recording is looked at; all others do what they do everywhere. */
import type { Reviewed } from '../../contract/index.ts'
import { stepScale } from './actions.ts'
import * as look from './review-look.ts'
import type { Workbench } from './workbench.ts'

interface ReviewKey {
  /** As `KeyboardEvent.key` names them, lower case. */
  readonly keys: readonly string[]
  readonly shown: string
  readonly does: string
  readonly run: (workbench: Workbench, recording: Reviewed) => void
}

const scroll = (share: number) => (workbench: Workbench, recording: Reviewed) => {
  const { look: store } = workbench.review
  store.patch(look.scrolled(recording, store.get(), share))
}

const zoom = (factor: number) => (workbench: Workbench, recording: Reviewed) => {
  const { look: store } = workbench.review
  store.patch(look.zoomed(recording, store.get(), store.get().seconds * factor))
}

const select = (direction: 1 | -1) => (workbench: Workbench, recording: Reviewed) => {
  const { look: store } = workbench.review
  store.patch(look.movedSelection(look.rowsOfRecording(recording), store.get(), direction))
}

export const reviewKeys: readonly ReviewKey[] = [
  { keys: ['arrowleft'], shown: '←', does: 'A tenth of the screen back', run: scroll(-0.1) },
  { keys: ['arrowright'], shown: '→', does: 'A tenth of the screen on', run: scroll(0.1) },
  { keys: ['pageup'], shown: 'PgUp', does: 'A screen back', run: scroll(-1) },
  { keys: ['pagedown'], shown: 'PgDn', does: 'A screen on', run: scroll(1) },
  { keys: ['home'], shown: 'Home', does: 'To the beginning', run: scroll(-1e9) },
  { keys: ['end'], shown: 'End', does: 'To the end', run: scroll(1e9) },
  { keys: [','], shown: ',', does: 'Fewer seconds', run: zoom(0.5) },
  { keys: ['.'], shown: '.', does: 'More seconds', run: zoom(2) },
  {
    keys: ['+', '='],
    shown: '+',
    does: 'Larger traces',
    run: (workbench) => stepScale(workbench, -1),
  },
  { keys: ['-'], shown: '−', does: 'Smaller traces', run: (workbench) => stepScale(workbench, 1) },
  { keys: ['arrowup'], shown: '↑', does: 'Channel above', run: select(-1) },
  { keys: ['arrowdown'], shown: '↓', does: 'Channel below', run: select(1) },
]
