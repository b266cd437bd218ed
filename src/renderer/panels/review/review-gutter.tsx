/** The names of the channels that are on the screen. */
import type { CSSProperties } from 'react'
import type { Row } from '../../frames/rows.ts'
import { isVoltage } from '../../frames/steps.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { formatUnit } from '../../ui/format.ts'

const comfortableRows = 40

export function ReviewGutter({ rows }: { rows: readonly Row[] }) {
  const { review } = useWorkbench()
  const { selected } = useStore(review.look)
  return (
    <div
      className={`gutter ${rows.length > comfortableRows ? 'dense' : ''}`}
      role="listbox"
      aria-label="Channels"
      tabIndex={-1}
      style={{ '--rows': rows.length } as CSSProperties}
    >
      {rows.map(({ key, label, unit }) => (
        <div
          key={key}
          className={`gutter-row unjudged ${key === selected ? 'selected' : ''}`}
          role="option"
          aria-selected={key === selected}
          tabIndex={-1}
          onPointerDown={() => review.look.patch({ selected: key })}
        >
          <span className="label" title={label}>
            {label}
          </span>
          {!isVoltage(unit) && <span className="scale">1 {formatUnit(unit)}/div</span>}
        </div>
      ))}
    </div>
  )
}
