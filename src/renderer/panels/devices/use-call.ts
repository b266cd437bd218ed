/** One call at a time to the host, and what went wrong with the last one, for the control beside it. */
import { useState } from 'react'
import { asSynapseError, type ErrorNote } from '../../../signal/index.ts'

export interface CallState {
  readonly isBusy: boolean
  readonly trouble: ErrorNote | null
  /** @returns whether it went well */
  run(doing: string, call: () => Promise<unknown>): Promise<boolean>
  /** What it was about has been changed. */
  forget(): void
}

export function useCall(): CallState {
  const [isBusy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  return {
    isBusy,
    trouble,
    forget: () => setTrouble(null),
    async run(doing, call) {
      setBusy(true)
      setTrouble(null)
      try {
        await call()
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
