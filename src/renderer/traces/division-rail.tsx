/** How high one division is, and what it stands for: beside the selected row, or the first. */
import { type Row, scaleKey } from '../frames/rows.ts'
import { isVoltage, unitsPerDivision } from '../frames/steps.ts'
import { usePreferences, useView } from '../state/workbench.ts'
import { formatDivision, formatUnit } from '../ui/format.ts'
import { maxDivisionPixels } from './scene.ts'

/** Where rows are low, the text beside the bar needs this much from the edge. */
const edgePixels = 14

interface DivisionRailProps {
  readonly rows: readonly Row[]
  /** The key of a row. */
  readonly selected: string | null
}

export function DivisionRail({ rows, selected }: DivisionRailProps) {
  const { microvoltsPerDivision } = usePreferences()
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === selected),
  )
  const row = rows[at]
  const unit = row?.unit ?? 'uV'
  const { fits } = useView()
  const fitted = unitsPerDivision(unit, microvoltsPerDivision, row && fits[scaleKey(row)])
  // The knob of all voltages is one of microvolts, whatever a channel counts in.
  const [value, shownUnit] = isVoltage(unit) ? [microvoltsPerDivision, 'uV'] : [fitted, unit]
  const centre = `${((at + 0.5) / rows.length) * 100}%`
  return (
    <div className="division-rail" title="One division">
      <div
        className="division"
        style={{
          top: `clamp(${edgePixels}px, ${centre}, calc(100% - ${edgePixels}px))`,
          height: `min(${maxDivisionPixels}px, ${100 / rows.length}%)`,
        }}
      >
        <span className="division-bar" />
        <span className="division-text">
          {formatDivision(value)}
          <span className="unit">{formatUnit(shownUnit)}</span>
        </span>
      </div>
    </div>
  )
}
