/** The names of the channels that are on the screen. */
import { type CSSProperties, useRef } from 'react'
import type { Row } from '../../frames/rows.ts'
import { isVoltage } from '../../frames/steps.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { useRowHeight } from '../../traces/use-row-height.ts'
import { formatUnit } from '../../ui/format.ts'

export function ReviewGutter({ rows }: { rows: readonly Row[] }) {
  const { review } = useWorkbench()
  const { selected } = useStore(review.look)
  const list = useRef<HTMLDivElement>(null)
  const { isDense, nameEvery } = useRowHeight(list, rows.length)
  return (
    <div
      ref={list}
      className={`gutter ${isDense ? 'dense' : ''}`}
      role="listbox"
      aria-label="Channels"
      tabIndex={-1}
      style={{ '--rows': rows.length } as CSSProperties}
    >
      {rows.map(({ key, label, unit }, i) => (
        <div
          key={key}
          className={`gutter-row unjudged ${key === selected ? 'selected' : i % nameEvery === 0 ? '' : 'nameless'}`}
          title={label}
          role="option"
          aria-selected={key === selected}
          tabIndex={-1}
          onPointerDown={() => review.look.patch({ selected: key })}
        >
          <span className="label">{label}</span>
          {!isVoltage(unit) && <span className="scale">1 {formatUnit(unit)}/div</span>}
        </div>
      ))}
    </div>
  )
}
