/** What a user is at with graphs: which one is looked at, what is selected, what is being written. */
import type { KeptGraph } from '../../contract/index.ts'
import { Store } from './store.ts'

export interface GraphDesk {
  /** Id of the graph; null: the first one. */
  readonly chosen: string | null
  /** Key of a box in its drawing. */
  readonly selected: string | null
  /** Graphs that were run, as the host keeps them. */
  readonly kept: readonly KeptGraph[]
  readonly isWriting: boolean
  readonly draft: string
  /** Id of the graph whose place the draft is to take; null: it is to run beside the others. */
  readonly draftOf: string | null
}

const draftKey = 'synapsestream.graph-draft'

interface Kept {
  getItem(key: string): string | null
  setItem(key: string, text: string): void
}

/** What is written is kept until it is written again. Storage may be forbidden: then not. */
export function newGraphDesk(storage: Kept): Store<GraphDesk> {
  let draft = ''
  try {
    draft = storage.getItem(draftKey) ?? ''
  } catch {}
  const desk = new Store<GraphDesk>({
    chosen: null,
    selected: null,
    kept: [],
    isWriting: false,
    draft,
    draftOf: null,
  })
  desk.subscribe(() => {
    const written = desk.get().draft
    if (written === draft) return
    draft = written
    try {
      storage.setItem(draftKey, written)
    } catch {}
  })
  return desk
}
