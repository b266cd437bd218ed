/** Asks the host four times a second how the graph goes, as long as somebody looks. */
import { useEffect, useState } from 'react'
import type { GraphMeters, GraphShape, GraphSummary, KeptGraph } from '../../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../../signal/index.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { keptMeters } from './rates.ts'

const askMs = 250

export interface Seen {
  readonly graphs: readonly GraphSummary[]
  readonly revision: number
  readonly shape: GraphShape | null
  /** The newest last; the first one is about a second older. */
  readonly history: readonly GraphMeters[]
}

const nothingSeen: Seen = { graphs: [], revision: 0, shape: null, history: [] }

/** @param id null for the first graph */
export function useGraphLook(id: string | null): {
  readonly seen: Seen | null
  readonly trouble: ErrorNote | null
} {
  const { link, graphDesk } = useWorkbench()
  const [seen, setSeen] = useState<Seen | null>(null)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    let last = nothingSeen
    const ask = async () => {
      try {
        // Another host numbers its shapes anew.
        if (link.state.get().kind !== 'open') last = nothingSeen
        else if (!document.hidden) {
          const { graphs, kept, revision, shape, meters } = await link.call('graph.look', {
            id,
            revision: last.shape ? last.revision : null,
          })
          if (isOver) return
          if (!isSameList(kept, graphDesk.get().kept)) graphDesk.patch({ kept })
          const isSame = shape === null
          last = {
            graphs,
            revision,
            shape: meters ? (shape ?? last.shape) : null,
            history: meters ? keptMeters(isSame ? last.history : [], meters) : [],
          }
          setSeen(last)
          setTrouble(null)
        }
      } catch (error) {
        if (!isOver) setTrouble(asSynapseError(error, 'looking at the graph').note)
      }
      if (!isOver) timer = setTimeout(() => void ask(), askMs)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [link, graphDesk, id])
  return { seen, trouble }
}

function isSameList(a: readonly KeptGraph[], b: readonly KeptGraph[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
