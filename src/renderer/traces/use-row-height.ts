/** How high the rows of channel names are: low ones say less, and of the lowest not each is named. */
import { type RefObject, useEffect, useState } from 'react'

/** Lower than this there is no room for words beside the name. */
const wordyPixels = 14
/** No name is written lower than this. */
const leastNamePixels = 7

export interface RowHeight {
  readonly isDense: boolean
  /** Every so manyth row is named. */
  readonly nameEvery: number
}

export function useRowHeight(list: RefObject<HTMLElement | null>, rows: number): RowHeight {
  const [height, setHeight] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(entry!.contentRect.height))
    observer.observe(list.current!)
    return () => observer.disconnect()
  }, [list])
  return rowHeight(height, rows)
}

export function rowHeight(height: number, rows: number): RowHeight {
  if (height === 0 || rows === 0) return { isDense: rows > 40, nameEvery: 1 }
  const pixels = height / rows
  return { isDense: pixels < wordyPixels, nameEvery: Math.ceil(leastNamePixels / pixels) }
}
