/** Montage and cuts, as the toolbars of live traces and of recordings offer them alike. */
import type { ReactNode } from 'react'
import type { ReviewView } from '../../contract/index.ts'
import { Choice } from '../ui/choice.tsx'
import { highCutChoices, lowCutChoices, montageChoices, notchChoices } from './filter-choices.ts'

interface FilterControlsProps {
  readonly view: ReviewView
  /** Of the streams that are filtered. */
  readonly ratesHz: readonly number[]
  readonly onChange: (change: Partial<ReviewView>) => void
  /** What one of the toolbars has beside. */
  readonly children?: ReactNode
}

export function FilterControls({ view, ratesHz, onChange, children }: FilterControlsProps) {
  return (
    <div className="group filters">
      <Choice
        name="Montage"
        value={view.montage}
        options={montageChoices}
        onChange={(montage) => onChange({ montage })}
      />
      <Choice
        name="Low cut"
        value={view.lowCutHz}
        options={lowCutChoices(view.lowCutHz)}
        onChange={(lowCutHz) => onChange({ lowCutHz })}
      />
      <Choice
        name="High cut"
        value={view.highCutHz}
        options={highCutChoices(view.highCutHz, ratesHz)}
        onChange={(highCutHz) => onChange({ highCutHz })}
      />
      <Choice
        name="Notch"
        value={view.notchHz}
        options={notchChoices}
        onChange={(notchHz) => onChange({ notchHz })}
      />
      {children}
    </div>
  )
}
