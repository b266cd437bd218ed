/** Something that a button does: whether it is under way, and what came in between. */
import { useState } from 'react'
import { asSynapseError, type ErrorNote } from '../../signal/index.ts'

export interface Attempt {
  readonly isBusy: boolean
  readonly trouble: ErrorNote | null
  /** @returns whether it came to its end */
  run(doing: string, work: () => Promise<unknown>): Promise<boolean>
  /** What it was about has been changed. */
  forget(): void
}

export function useAttempt(): Attempt {
  const [isBusy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  return {
    isBusy,
    trouble,
    forget: () => setTrouble(null),
    run: async (doing, work) => {
      setBusy(true)
      setTrouble(null)
      try {
        await work()
        return true
      } catch (error) {
        setTrouble(asSynapseError(error, doing).note)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
