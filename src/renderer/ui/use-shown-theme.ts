/** The theme that is on the page, whatever chose it: what is drawn with its colours follows it. */
import { useSyncExternalStore } from 'react'

export function useShownTheme(): string {
  return useSyncExternalStore(onChange, () => document.documentElement.dataset.theme ?? '')
}

function onChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}
