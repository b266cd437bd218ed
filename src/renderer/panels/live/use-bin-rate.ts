/** Asks the host for about one bin per device pixel, whenever window or time base change. */
import { type RefObject, useEffect } from 'react'
import { wantedBinRate } from '../../frames/steps.ts'
import { usePreferences, useWorkbench } from '../../state/workbench.ts'

const settleMs = 200

export function useBinRate(frame: RefObject<HTMLElement | null>): void {
  const { link, setup } = useWorkbench()
  const { secondsPerScreen } = usePreferences()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = () => {
      const pixels = (frame.current?.clientWidth ?? 0) * window.devicePixelRatio
      const view = setup.get()?.view
      if (!pixels || !view) return
      const binRateHz = wantedBinRate(pixels, secondsPerScreen)
      if (view.binRateHz !== binRateHz) void link.call('view.set', { binRateHz }).catch(() => {})
    }
    const askSoon = () => {
      clearTimeout(timer)
      timer = setTimeout(ask, settleMs)
    }
    const observer = new ResizeObserver(askSoon)
    observer.observe(frame.current!)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [frame, link, setup, secondsPerScreen])
}
