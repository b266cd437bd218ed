/** What a recording is written as, with or without what could tell whose it is. */
import { useState } from 'react'
import type { Catalogued, ExportTarget, RecordingContent } from '../../../contract/index.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Choice } from '../../ui/choice.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'

const targets: readonly { value: ExportTarget; text: string; keeps: string }[] = [
  { value: 'bdf', text: 'BDF+', keeps: '24 bits: all that a 24-bit board gives. Gaps stay gaps.' },
  { value: 'edf', text: 'EDF+', keeps: '16 bits: values are rounded where they have more.' },
  { value: 'bids', text: 'BIDS data set', keeps: 'BDF+ with every sidecar, and all as XDF.' },
  { value: 'brainvision', text: 'BrainVision', keeps: 'Values of 32 bits; gaps are segments.' },
  { value: 'parquet', text: 'Parquet', keeps: 'Keeps everything.' },
  { value: 'xdf', text: 'XDF', keeps: 'Keeps everything.' },
  { value: 'csv', text: 'CSV', keeps: 'Every value, index and gap, as text.' },
  { value: 'edf+c', text: 'EDF+C', keeps: '16 bits; gaps are filled and annotated.' },
  { value: 'bdf+c', text: 'BDF+C', keeps: '24 bits; gaps are filled and annotated.' },
]

interface ExportFormProps {
  readonly recording: Catalogued
  readonly content: RecordingContent | null
  readonly onDone: () => void
}

export function ExportForm({ recording, content, onDone }: ExportFormProps) {
  const { sessions } = useWorkbench()
  const { isBusy, trouble, run } = useAttempt()
  const [format, setFormat] = useState<ExportTarget>('bdf')
  const [folder, setFolder] = useState('')
  const [lineHz, setLineHz] = useState<50 | 60 | null>(null)
  const [plain, setPlain] = useState(asItIs)
  const start = async () => {
    const { isWanted, keepAnnotations, days } = plain
    const shiftDays = days.trim() === '' ? null : Math.trunc(Number(days))
    const deidentify = isWanted ? { shiftDays, keepAnnotations } : null
    const where = folder.trim() || null
    const work = { kind: 'export', recording: recording.id, format, folder: where } as const
    const isStarted = await run('exporting', () => sessions.start({ ...work, deidentify, lineHz }))
    if (isStarted) onDone()
  }
  const chosen = targets.find(({ value }) => value === format)!
  const isLossy = format.startsWith('edf') && needs24(content)
  return (
    <form
      className="sheet"
      aria-label="Export"
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <h3>Export</h3>
      <div className="fields">
        <Choice name="As" value={format} options={targets} onChange={setFormat} />
        {format === 'bids' && (
          <Choice
            name="Mains"
            value={lineHz}
            options={mains}
            onChange={(value) => setLineHz(value)}
          />
        )}
        <span className="dim keeps">{chosen.keeps}</span>
      </div>
      {isLossy && (
        <Trouble
          level="warning"
          message="This recording has values of more than 16 bits: EDF rounds them."
          remedy="BDF+ has 24 bits; Parquet and XDF keep everything."
        />
      )}
      <label className="wide-field">
        <span className="dim">Folder</span>
        <input
          className="entry"
          placeholder="exports, beside the recordings"
          spellCheck={false}
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
        />
      </label>
      <Deidentify {...{ plain, setPlain }} />
      {trouble && <Trouble {...trouble} />}
      <div className="sheet-ends">
        <button type="submit" className="button primary" disabled={isBusy}>
          Export
        </button>
        <button type="button" className="button plain" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}

interface Plain {
  readonly isWanted: boolean
  /** As it is typed. */
  readonly days: string
  readonly keepAnnotations: boolean
}

const asItIs: Plain = { isWanted: false, days: '', keepAnnotations: false }

interface DeidentifyProps {
  readonly plain: Plain
  readonly setPlain: (plain: Plain) => void
}

function Deidentify({ plain, setPlain }: DeidentifyProps) {
  const { isWanted, days, keepAnnotations } = plain
  return (
    <>
      <label className="tick">
        <input
          type="checkbox"
          className="check"
          checked={isWanted}
          onChange={(event) => setPlain({ ...plain, isWanted: event.target.checked })}
        />
        De-identify: without date, serial numbers, names and free texts
      </label>
      {isWanted && (
        <div className="fields indented">
          <label className="short-field">
            <span className="dim">Move the date by</span>
            <input
              className="entry"
              type="number"
              placeholder="2000-01-01"
              value={days}
              onChange={(event) => setPlain({ ...plain, days: event.target.value })}
            />
            <span className="dim">days</span>
          </label>
          <label className="tick">
            <input
              type="checkbox"
              className="check"
              checked={keepAnnotations}
              onChange={(event) => setPlain({ ...plain, keepAnnotations: event.target.checked })}
            />
            Keep the texts of markers
          </label>
        </div>
      )}
    </>
  )
}

const mains = [
  { value: null, text: 'not said' },
  { value: 50, text: '50 Hz' },
  { value: 60, text: '60 Hz' },
] as const

/** Of more than 16 bits, as far as their format tells. */
function needs24(content: RecordingContent | null): boolean {
  return (content?.streams ?? []).some(
    ({ sampleFormat, nominalRateHz }) =>
      nominalRateHz > 0 && sampleFormat !== 'int16' && sampleFormat !== 'json',
  )
}
