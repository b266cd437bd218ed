/** Puts the chosen theme on the page; `system` follows what the system prefers, at any time. */
import type { Preferences } from '../state/preferences.ts'
import type { Store } from '../state/store.ts'

export function followTheme(preferences: Store<Preferences>): void {
  const light = window.matchMedia('(prefers-color-scheme: light)')
  const contrast = window.matchMedia('(prefers-contrast: more)')
  const apply = () => {
    const { theme } = preferences.get()
    const preferred = contrast.matches ? 'contrast' : light.matches ? 'light' : 'dark'
    const shown = theme === 'system' ? preferred : theme
    const { dataset } = document.documentElement
    if (dataset.theme !== shown) dataset.theme = shown
  }
  apply()
  preferences.subscribe(apply)
  light.addEventListener('change', apply)
  contrast.addEventListener('change', apply)
}
