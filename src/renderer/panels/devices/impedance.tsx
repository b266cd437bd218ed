/** How well the electrodes of a device touch: measured on demand, one after the other. */
import type { ImpedanceEntry } from '../../../contract/index.ts'
import {
  type ContactLevel,
  contactLevel,
  type ElectrodeKind,
  electrodeKinds,
  impedanceLimits,
} from '../../../signal/index.ts'
import { checkImpedance, stopImpedance } from '../../state/actions.ts'
import { usePreferences, useWorkbench } from '../../state/workbench.ts'
import { Choice } from '../../ui/choice.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'

const signs: Record<ContactLevel, { icon: IconName; level: string }> = {
  good: { icon: 'disc', level: 'good' },
  usable: { icon: 'triangle', level: 'warning' },
  poor: { icon: 'fault', level: 'fault' },
}

interface ImpedanceProps {
  readonly device: string
  readonly impedance: ImpedanceEntry
  /** Nothing can be measured while nothing streams. */
  readonly canMeasure: boolean
}

export function Impedance({ device, impedance, canMeasure }: ImpedanceProps) {
  const workbench = useWorkbench()
  const { electrodes } = usePreferences()
  const { inputs, current, waiting, method } = impedance
  const isMeasured = inputs.some(({ reading }) => reading)
  const done = inputs.length - waiting.length - 1
  return (
    <section className="impedance" aria-label="Impedance">
      <div className="device-line">
        <h4 title={method}>Impedance</h4>
        {current ? (
          <span className="dim progress" aria-live="polite">
            {inputs.find(({ id }) => id === current)?.label}, {Math.max(0, done)} of {inputs.length}
          </span>
        ) : (
          <Choice
            label="Electrodes"
            value={electrodes}
            options={electrodeKinds.map((value) => ({ value, text: value }))}
            onChange={(value) => workbench.preferences.patch({ electrodes: value })}
          />
        )}
        <button
          type="button"
          className="button plain small"
          disabled={!current && !canMeasure}
          onClick={() => (current ? stopImpedance : checkImpedance)(workbench, device)}
        >
          {current ? 'Stop' : 'Measure'}
        </button>
      </div>
      {(isMeasured || current) && (
        <>
          <ul>
            {inputs.map((input) => (
              <Electrode
                key={input.id}
                input={input}
                isCurrent={input.id === current}
                kind={electrodes}
                onMeasure={() => checkImpedance(workbench, device, [input.id])}
              />
            ))}
          </ul>
          <p className="dim limits">{limitsText(electrodes)}</p>
        </>
      )}
    </section>
  )
}

interface ElectrodeProps {
  readonly input: ImpedanceEntry['inputs'][number]
  readonly isCurrent: boolean
  readonly kind: ElectrodeKind
  readonly onMeasure: () => void
}

/** A row is a button: one electrode can be measured again after it was pressed on. */
function Electrode({ input, isCurrent, kind, onMeasure }: ElectrodeProps) {
  const { label, reading } = input
  const ohms = reading === null ? null : (reading.kohm ?? Number.POSITIVE_INFINITY) * 1000
  const level = ohms === null ? null : contactLevel(ohms, kind)
  const sign = level && signs[level]
  return (
    <li>
      <button
        type="button"
        className="electrode"
        title={`Measure ${label} again`}
        onClick={onMeasure}
      >
        <span className={`state ${sign?.level ?? 'quiet'}`}>
          <Icon name={isCurrent ? 'opening' : (sign?.icon ?? 'hollow')} size={12} />
        </span>
        <span className="label">{label}</span>
        <span className="figure">
          {reading ? kilohmText(reading.kohm) : '–'}
          {reading?.kohm != null && <span className="unit">kΩ</span>}
        </span>
        <span className={`state ${sign?.level ?? 'quiet'}`}>
          {isCurrent ? 'measuring' : (level ?? '')}
        </span>
      </button>
    </li>
  )
}

function kilohmText(kohm: number | null): string {
  if (kohm === null) return 'off'
  return kohm < 9.95 ? kohm.toFixed(1) : kohm.toFixed(0)
}

function limitsText(kind: ElectrodeKind): string {
  const [good, usable] = impedanceLimits[kind].map((ohms) => ohms / 1000)
  return `Good up to ${good} kΩ, usable up to ${usable} kΩ`
}
