/** Listens to the keyboard for the whole window. */
import { useEffect } from 'react'
import { bindingFor, type FocusKind } from '../state/key-map.ts'
import { useWorkbench } from '../state/workbench.ts'

export function useKeyboard(): void {
  const workbench = useWorkbench()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const binding = bindingFor(event, focusKind(event.target))
      if (!binding) return
      event.preventDefault()
      binding.run(workbench, event.key)
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [workbench])
}

function focusKind(target: EventTarget | null): FocusKind {
  if (!(target instanceof HTMLElement)) return 'none'
  if (target.matches('input:not([type=checkbox]), textarea, select')) return 'typing'
  return target.matches('button, summary, a, input, [role=separator]') ? 'control' : 'none'
}
