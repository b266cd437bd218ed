/** Shows the end of a path in a field that is too short for it: there its name stands. */
import { type RefObject, useEffect } from 'react'

export function useTail(field: RefObject<HTMLInputElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has another end
  useEffect(() => {
    const { current } = field
    if (!current) return
    const show = () => {
      if (document.activeElement !== current) current.scrollLeft = current.scrollWidth
    }
    const observer = new ResizeObserver(show)
    observer.observe(current)
    // The browser goes back to the beginning only after the field has lost the focus.
    const showSoon = () => requestAnimationFrame(show)
    current.addEventListener('blur', showSoon)
    show()
    return () => {
      observer.disconnect()
      current.removeEventListener('blur', showSoon)
    }
  }, [field, text])
}
