/** The window's width in pixels of the page: half as many where it is zoomed to twice its size. */
import { useSyncExternalStore } from 'react'

export function useWindowWidth(): number {
  return useSyncExternalStore(onResize, () => window.innerWidth)
}

function onResize(changed: () => void): () => void {
  window.addEventListener('resize', changed)
  return () => window.removeEventListener('resize', changed)
}
