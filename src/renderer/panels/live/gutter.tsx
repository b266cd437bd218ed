/** The names of the channels, each with what its signal is worth: a sign, a word, and a number. */

import { type CSSProperties, useRef } from 'react'
import { type Row, scaleKey } from '../../frames/rows.ts'
import { isVoltage } from '../../frames/steps.ts'
import { useSetup, useView, useWorkbench } from '../../state/workbench.ts'
import { type RowHeight, useRowHeight } from '../../traces/use-row-height.ts'
import { formatDivision, formatShort, formatUnit } from '../../ui/format.ts'
import { QualityMark } from '../_quality/quality-mark.tsx'
import { useQuality } from '../_quality/use-quality.ts'

export function Gutter({ rows }: { rows: readonly Row[] }) {
  const sources = Map.groupBy(rows, ({ device, source }) => `${device}|${source}`)
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
      {[...sources].map(([key, members]) => (
        <GutterRows key={key} rows={members} nameEvery={nameEvery} />
      ))}
    </div>
  )
}

interface GutterRowsProps extends Pick<RowHeight, 'nameEvery'> {
  readonly rows: readonly Row[]
}

/** The rows of one device stream, drawn again whenever its quality is judged anew. */
function GutterRows({ rows, nameEvery }: GutterRowsProps) {
  const { view } = useWorkbench()
  const { selected, fits } = useView()
  const qualityOf = useQuality(rows[0]!)
  const device = useSetup()?.devices.find(({ id }) => id === rows[0]?.device)
  // The last judgement of a signal that no longer comes is shown as what it is: old.
  const age = device?.link === 'streaming' ? '' : 'old'
  return rows.map((row, i) => {
    const { key, channel, label } = row
    const quality = qualityOf(channel)
    const naming = i % nameEvery === 0 ? '' : 'nameless'
    return (
      <div
        key={key}
        className={`gutter-row ${key === selected ? 'selected' : naming} ${quality ? age : 'unjudged'}`}
        title={label}
        role="option"
        aria-selected={key === selected}
        tabIndex={-1}
        onPointerDown={() => view.patch({ selected: key })}
      >
        <span className="label">{label}</span>
        {quality ? (
          <>
            <QualityMark quality={quality} />
            <span className="rms">{formatShort(quality.rms)}</span>
          </>
        ) : (
          <ScaleWords row={row} fitted={fits[scaleKey(row)]} />
        )}
      </div>
    )
  })
}

/** Of a voltage it stands in the toolbar; an event has none. */
function ScaleWords({ row, fitted }: { readonly row: Row; readonly fitted: number | undefined }) {
  const { unit, drawn, output } = row
  if (drawn === 'events') return <span className="scale">events</span>
  if (isVoltage(unit)) return output ? <span className="scale">{output}</span> : null
  // A value of a graph is drawn one to one until there is enough of it to fit a scale to.
  return (
    <span className="scale">
      {formatDivision(fitted ?? 1)} {formatUnit(unit)}/div{output ? '' : ' centred'}
    </span>
  )
}
