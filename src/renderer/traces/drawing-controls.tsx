/** How large traces are drawn, how much of them, and which way is up: live and of recordings. */
import type { ReactNode } from 'react'
import { scaleSteps } from '../frames/steps.ts'
import { usePreferences, useWorkbench } from '../state/workbench.ts'
import { Choice, type ChoiceOption } from '../ui/choice.tsx'
import { formatCount } from '../ui/format.ts'

interface DrawingControlsProps {
  /** On the screen. */
  readonly seconds: number
  readonly timeBases: readonly ChoiceOption<number>[]
  readonly onSeconds: (seconds: number) => void
  /** What one of the toolbars has beside. */
  readonly children?: ReactNode
}

const scales = scaleSteps.map((value) => ({ value, text: `${formatCount(value)} µV/div` }))
const polarities = [
  { value: false, text: '+' },
  { value: true, text: '−' },
]

export function DrawingControls(props: DrawingControlsProps) {
  const { seconds, timeBases, onSeconds, children } = props
  const { preferences } = useWorkbench()
  const { microvoltsPerDivision, negativeUp } = usePreferences()
  return (
    <div className="group drawing">
      <Choice
        name="Scale"
        value={microvoltsPerDivision}
        options={scales}
        onChange={(value) => preferences.patch({ microvoltsPerDivision: value })}
      />
      <Choice
        name="Time"
        label="Time base"
        value={seconds}
        options={timeBases}
        onChange={onSeconds}
      />
      <Choice
        name="Up"
        label="Up: polarity"
        value={negativeUp}
        options={polarities}
        onChange={(value) => preferences.patch({ negativeUp: value })}
      />
      {children}
    </div>
  )
}
