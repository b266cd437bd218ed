/** Keys of the review panel come before those of the window, while it is what stands in the centre. */
import { useEffect } from 'react'
import { reviewKeys } from '../../state/review-keys.ts'
import { useWorkbench } from '../../state/workbench.ts'

/** What has keys of its own: text, lists, sliders. */
const ownKeys = 'input:not([type=checkbox]), textarea, select, [role=separator], [role=slider]'

export function useReviewKeys(): void {
  const workbench = useWorkbench()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, altKey, metaKey } = event
      const { recording } = workbench.review.state.get()
      if (!recording || ctrlKey || altKey || metaKey) return
      if (target instanceof HTMLElement && target.matches(ownKeys)) return
      const binding = reviewKeys.find(({ keys }) => keys.includes(key.toLowerCase()))
      if (!binding) return
      event.preventDefault()
      binding.run(workbench, recording)
    }
    window.addEventListener('keydown', pressed, { capture: true })
    return () => window.removeEventListener('keydown', pressed, { capture: true })
  }, [workbench])
}
