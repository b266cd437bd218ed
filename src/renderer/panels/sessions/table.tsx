/* biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen by keys */
/** The table of recordings: only the rows in sight stand in the page, however many there are. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { fileName, formatBytes, formatClock, formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { columns } from './columns.tsx'
import type { ColumnId, Row } from './rows.ts'

const rowPixels = 28
const pageRows = 12

interface TableProps {
  readonly rows: readonly Row[]
  readonly selected: number | null
  /** Being verified, or soon to be. */
  readonly reading: ReadonlySet<number>
  readonly by: ColumnId
  readonly descending: boolean
  readonly onSort: (by: ColumnId) => void
  readonly onSelect: (recording: number) => void
  readonly onOpen: (recording: number) => void
  readonly onFold: (subject: string) => void
}

export function RecordingTable(props: TableProps) {
  const { rows, selected, reading, onSelect, onOpen, onFold } = props
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan: 12,
  })
  const at = rows.findIndex((row) => row.kind === 'recording' && row.recording.id === selected)
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at)
  }, [at, virtual])
  const pressed = (event: KeyboardEvent) => {
    const next = movedTo(event.key, rows, at)
    if (event.key === 'Enter' && selected !== null) onOpen(selected)
    else if (next !== null) onSelect(next)
    else return
    event.preventDefault()
  }
  return (
    <div className="recording-table" ref={scroller}>
      <table
        role="grid"
        aria-label="Recordings"
        aria-rowcount={rows.length + 1}
        tabIndex={0}
        onKeyDown={pressed}
      >
        <Heads {...props} />
        <tbody className="rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]!
            const place = { transform: `translateY(${start}px)` }
            return row.kind === 'subject' ? (
              <SubjectRow key={`s ${row.subject}`} {...{ row, index, place, onFold }} />
            ) : (
              <RecordingRow
                key={row.recording.id}
                {...{ row, index, place, onSelect, onOpen }}
                isSelected={row.recording.id === selected}
                isReading={reading.has(row.recording.id)}
              />
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Heads({ by, descending, onSort }: TableProps) {
  return (
    <thead>
      <tr className="row heads" aria-rowindex={1}>
        {columns.map(({ id, title, isNumber }) => (
          <th
            key={id}
            scope="col"
            className={`cell ${id} ${isNumber ? 'number' : ''}`}
            aria-sort={id !== by ? 'none' : descending ? 'descending' : 'ascending'}
          >
            <button type="button" tabIndex={-1} onClick={() => onSort(id)}>
              {title}
              {id === by && <Icon name={descending ? 'chevron' : 'up'} size={10} />}
            </button>
          </th>
        ))}
      </tr>
    </thead>
  )
}

interface RowProps<R> {
  readonly row: R
  readonly index: number
  readonly place: { readonly transform: string }
}

function SubjectRow({
  row,
  index,
  place,
  onFold,
}: RowProps<Extract<Row, { kind: 'subject' }>> & Pick<TableProps, 'onFold'>) {
  const { subject, recordings, seconds, bytes, lost, isFolded } = row
  return (
    <tr className="row of-subject" aria-rowindex={index + 2} style={place}>
      <td colSpan={columns.length}>
        <button
          type="button"
          tabIndex={-1}
          aria-expanded={!isFolded}
          onClick={() => onFold(subject)}
        >
          <span className={isFolded ? 'turned' : ''}>
            <Icon name="chevron" size={12} />
          </span>
          <strong>{subject ? `sub-${subject}` : 'Without a subject'}</strong>
          <span className="dim">
            {formatCount(recordings)} {recordings === 1 ? 'recording' : 'recordings'} ·{' '}
            {formatClock(seconds)} · {formatBytes(bytes)} · {formatCount(lost)} lost
          </span>
        </button>
      </td>
    </tr>
  )
}

/** Where none of them says anything, the name of the file stands in their place. */
const nameColumns: ReadonlySet<ColumnId> = new Set(['subject', 'session', 'task'])

function RecordingRow({
  row: { recording },
  index,
  place,
  isSelected,
  isReading,
  onSelect,
  onOpen,
}: RowProps<Extract<Row, { kind: 'recording' }>> &
  Pick<TableProps, 'onSelect' | 'onOpen'> & {
    readonly isSelected: boolean
    readonly isReading: boolean
  }) {
  const isNamed = Boolean(recording.subject || recording.session || recording.task)
  const shown = isNamed ? columns : columns.filter(({ id }) => !nameColumns.has(id))
  return (
    <tr
      className={`row ${isSelected ? 'selected' : ''}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      title={recording.path}
      style={place}
      onClick={() => onSelect(recording.id)}
      onDoubleClick={() => onOpen(recording.id)}
    >
      {isNamed || (
        <td className="cell name" colSpan={nameColumns.size}>
          {fileName(recording.path)}
        </td>
      )}
      {shown.map(({ id, isNumber, cell }) => (
        <td key={id} className={`cell ${id} ${isNumber ? 'number' : ''}`}>
          {cell(recording, isReading)}
        </td>
      ))}
    </tr>
  )
}

/** The recording that a key leads to; null where it leads nowhere. */
function movedTo(key: string, rows: readonly Row[], at: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: pageRows,
    PageUp: -pageRows,
    Home: -rows.length,
    End: rows.length,
  }
  const step = steps[key]
  if (step === undefined) return null
  const sign = Math.sign(step)
  const aim = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))
  for (let i = aim; i >= 0 && i < rows.length; i += sign) {
    const row = rows[i]!
    if (row.kind === 'recording') return row.recording.id
  }
  return null
}
