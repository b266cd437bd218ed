/** Listens to the keyboard for the whole window. */
import { useEffect } from 'react'
import { bindingFor, type FocusKind } from '../state/key-map.ts'
import { useWorkbench } from '../state/workbench.ts'

const textFields = 'input:not([type=checkbox]), textarea'

export function useKeyboard(): void {
  const workbench = useWorkbench()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const { target, key } = event
      if (key === 'Escape' && target instanceof HTMLElement) target.blur()
      const binding = bindingFor(event, focusKind(target))
      if (!binding) return
      event.preventDefault()
      binding.run(workbench, key)
    }
    window.addEventListener('keydown', pressed)
    window.addEventListener('click', releaseFocus)
    return () => {
      window.removeEventListener('keydown', pressed)
      window.removeEventListener('click', releaseFocus)
    }
  }, [workbench])
}

/**
 * A button that was clicked with the mouse does not keep the focus: else the next Space would
 * press it again instead of pausing the view.
 */
function releaseFocus(event: MouseEvent): void {
  const { activeElement } = document
  if (event.detail > 0 && activeElement instanceof HTMLElement) {
    if (activeElement.matches('button, input[type=checkbox]')) activeElement.blur()
  }
}

function focusKind(target: EventTarget | null): FocusKind {
  if (!(target instanceof HTMLElement)) return 'none'
  if (target.matches(textFields)) return 'typing'
  if (target.matches('select')) return 'list'
  // Space never ends a recording, not even with the focus on the button that does: Enter does.
  if (target.matches('.record')) return 'none'
  return target.matches('button, summary, a, input, [role=separator]') ? 'control' : 'none'
}
