/** Makes a drawing a little smaller where it would be cut off; what is still too wide scrolls. */
import { type RefObject, useEffect, useState } from 'react'

/** Smaller text cannot be read. */
const leastScale = 0.8

export function useFitScale(frame: RefObject<HTMLElement | null>, width: number): number {
  const [room, setRoom] = useState(0)
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const observer = new ResizeObserver(() => setRoom(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame])
  if (room === 0) return 1
  return Math.max(leastScale, Math.min(1, room / width))
}
