/** What a user has just asked for is shown at once, until the host has had the time to say it. */
import { useEffect, useState } from 'react'

const answerMs = 700

export function useAsked<T>(actual: T): [shown: T, ask: (value: T) => void] {
  const [asked, setAsked] = useState<{ readonly value: T } | null>(null)
  useEffect(() => {
    if (!asked) return
    const timer = setTimeout(() => setAsked(null), answerMs)
    return () => clearTimeout(timer)
  }, [asked])
  return [asked ? asked.value : actual, (value) => setAsked({ value })]
}
