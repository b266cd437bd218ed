/** The names of the channels, each with what its signal is worth: a sign, a word, and a number. */

import type { CSSProperties } from 'react'
import type { Row } from '../../frames/rows.ts'
import { isVoltage } from '../../frames/steps.ts'
import { useSetup, useView, useWorkbench } from '../../state/workbench.ts'
import { formatShort, formatUnit } from '../../ui/format.ts'
import { QualityMark } from '../_quality/quality-mark.tsx'
import { useQuality } from '../_quality/use-quality.ts'

/** Rows lower than this need smaller letters. */
const comfortableRows = 40

export function Gutter({ rows }: { rows: readonly Row[] }) {
  const sources = Map.groupBy(rows, ({ device, source }) => `${device}|${source}`)
  return (
    <div
      className={`gutter ${rows.length > comfortableRows ? 'dense' : ''}`}
      role="listbox"
      aria-label="Channels"
      tabIndex={-1}
      style={{ '--rows': rows.length } as CSSProperties}
    >
      {[...sources].map(([key, members]) => (
        <GutterRows key={key} rows={members} />
      ))}
    </div>
  )
}

/** The rows of one device stream, drawn again whenever its quality is judged anew. */
function GutterRows({ rows }: { rows: readonly Row[] }) {
  const { view } = useWorkbench()
  const { selected } = useView()
  const qualityOf = useQuality(rows[0]!)
  const device = useSetup()?.devices.find(({ id }) => id === rows[0]?.device)
  // The last judgement of a signal that no longer comes is shown as what it is: old.
  const age = device?.link === 'streaming' ? '' : 'old'
  return rows.map(({ key, channel, label, unit }) => {
    const quality = qualityOf(channel)
    return (
      <div
        key={key}
        className={`gutter-row ${key === selected ? 'selected' : ''} ${quality ? age : 'unjudged'}`}
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
          !isVoltage(unit) && <span className="scale">1 {formatUnit(unit)}/div centred</span>
        )}
      </div>
    )
  })
}
