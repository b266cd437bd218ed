/** When a form calls its fields wrong: not before it was to be sent, and then it goes to the first. */
import { type RefObject, useEffect, useState } from 'react'

export function useChecked(form: RefObject<HTMLFormElement | null>) {
  const [times, setTimes] = useState(0)
  useEffect(() => {
    if (times > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [times, form])
  return { isChecked: times > 0, check: () => setTimes(times + 1) }
}
