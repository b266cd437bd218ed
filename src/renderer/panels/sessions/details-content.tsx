/** What the files of a recording hold: streams, gaps, markers, electrodes, settings, montage. */
import type { ReactNode } from 'react'
import type { OwnFileEntry, RecordingContent, RecordingDetails } from '../../../contract/index.ts'
import { formatBytes, formatCount, formatRate, formatShort, formatUnit } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'

const mostOpen = 8

export function DetailsContent({ details }: { details: RecordingDetails }) {
  const { content, files, parts, settings, montage } = details
  return (
    <>
      {content && <Ledger content={content} parts={parts} />}
      {content && <Streams streams={content.streams} />}
      {content && <Problems problems={content.problems} />}
      {content && <Gaps content={content} />}
      {content && <Markers content={content} />}
      {content && <Impedances impedances={content.impedances} />}
      {content && <SettingsChanges settings={content.settings} />}
      <Versioned title="Settings in force" value={settings} />
      <Versioned title="Montage in force" value={montage} />
      <Files files={files} />
    </>
  )
}

const sums = {
  closed: 'for every byte',
  open: 'up to the last second',
  none: 'none beside it',
} as const

function Ledger({ content, parts }: { content: RecordingContent; parts: number }) {
  const { expected, received, lost } = content.ledger
  const facts: [string, ReactNode][] = [
    ['Expected', formatCount(expected)],
    ['Received', formatCount(received)],
    [
      'Lost',
      <span key="lost" className={lost > 0 ? 'warned' : ''}>
        {formatCount(lost)}
      </span>,
    ],
    ['Gaps', formatCount(content.gapCount)],
    ['Files', formatCount(parts)],
    ['Checksums', sums[content.checksums]],
  ]
  return (
    <dl className="facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Streams({ streams }: Pick<RecordingContent, 'streams'>) {
  return (
    <Section title="Streams" count={streams.length} isOpen>
      <table className="facts-table">
        <thead>
          <tr>
            <th scope="col">Stream</th>
            <th scope="col" className="number">
              Channels
            </th>
            <th scope="col" className="number">
              Rate
            </th>
            <th scope="col" className="number">
              Samples
            </th>
            <th scope="col" className="number">
              Lost
            </th>
          </tr>
        </thead>
        <tbody>
          {streams.map(({ id, name, type, channels, effectiveRateHz, nominalRateHz, ledger }) => (
            <tr
              key={id}
              title={channels.map(({ label, unit }) => `${label} ${formatUnit(unit)}`).join(', ')}
            >
              <td>
                {name} {type !== name && <span className="dim">{type}</span>}
              </td>
              <td className="number">{channels.length}</td>
              <td className="number">
                {nominalRateHz > 0 ? (
                  <>
                    {formatRate(effectiveRateHz || nominalRateHz)}
                    <span className="unit">Hz</span>
                  </>
                ) : (
                  <span className="dim">irregular</span>
                )}
              </td>
              <td className="number">{formatCount(ledger.received)}</td>
              <td className={`number ${ledger.lost > 0 ? 'warned' : 'dim'}`}>
                {formatCount(ledger.lost)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function Problems({ problems }: Pick<RecordingContent, 'problems'>) {
  if (problems.length === 0) return null
  return (
    <Section title="Problems" count={problems.length} isOpen>
      <ul className="problems">
        {problems.map(({ code, message, harmless }) => (
          <li key={`${code} ${message}`} className={harmless ? 'dim' : ''}>
            <Icon name={harmless ? 'info' : 'triangle'} size={12} /> {message}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Gaps({ content: { gaps, gapCount } }: { content: RecordingContent }) {
  if (gapCount === 0) return null
  return (
    <Section title="Gaps" count={gapCount} isOpen={gapCount <= mostOpen}>
      <table className="facts-table">
        <thead>
          <tr>
            <th scope="col" className="number">
              At
            </th>
            <th scope="col" className="number">
              Lasting
            </th>
            <th scope="col" className="number">
              Samples
            </th>
            <th scope="col">Stream</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {gaps.map(({ stream, second, seconds, lostSamples, exact, reason }) => (
            <tr key={`${stream} ${second}`}>
              <td className="number">{moment(second)}</td>
              <td className="number">{seconds === null ? '–' : `${formatShort(seconds)} s`}</td>
              <td className="number">
                {exact ? '' : 'about '}
                {formatCount(lostSamples)}
              </td>
              <td>{stream}</td>
              <td className="dim">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More shown={gaps.length} all={gapCount} />
    </Section>
  )
}

function Markers({ content: { markers, markerCount } }: { content: RecordingContent }) {
  if (markerCount === 0) return null
  return (
    <Section title="Markers" count={markerCount} isOpen={markerCount <= mostOpen}>
      <table className="facts-table listed">
        <tbody>
          {markers.map(({ second, label, source }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: markers never change their order
            <tr key={i}>
              <td className="number">{moment(second)}</td>
              <td>{label}</td>
              <td className="dim">{source ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More shown={markers.length} all={markerCount} />
    </Section>
  )
}

function Impedances({ impedances }: Pick<RecordingContent, 'impedances'>) {
  if (impedances.length === 0) return null
  const told = (value: number | 'off' | null) =>
    value === null ? '–' : value === 'off' ? 'off' : formatShort(value)
  return (
    <Section title="Impedances" count={impedances.length} isOpen>
      <table className="facts-table">
        <thead>
          <tr>
            <th scope="col">Electrode</th>
            <th scope="col" className="number">
              Before<span className="unit">kΩ</span>
            </th>
            <th scope="col" className="number">
              After<span className="unit">kΩ</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {impedances.map(({ electrode, before, after }) => (
            <tr key={electrode}>
              <td>{electrode}</td>
              <td className="number">{told(before)}</td>
              <td className="number">{told(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

/** What changed while it was recorded; the first row is what it began with. */
function SettingsChanges({ settings }: Pick<RecordingContent, 'settings'>) {
  if (settings.length < 2) return null
  return (
    <Section title="Settings changed" count={settings.length - 1}>
      <table className="facts-table">
        <tbody>
          {settings.slice(1).map(({ second, text }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows never change their order
            <tr key={i}>
              <td className="number">{moment(second)}</td>
              <td>{changesBetween(settings[i]!.text, text).join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

/** As it stands in the catalogue; every value by its way to it. */
function Versioned({ title, value }: { title: string; value: RecordingDetails['settings'] }) {
  if (value === null) return null
  const lines = linesOf(value, '')
  return (
    <Section title={title} count={lines.length}>
      <dl className="leaves">
        {lines.map(([way, text]) => (
          <div key={way}>
            <dt className="dim">{way}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

const mostLeaves = 400

function linesOf(value: unknown, way: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[way, String(value ?? '–')]]
  return Object.entries(value)
    .flatMap(([name, inner]) => linesOf(inner, way ? `${way} › ${nameOf(name, inner)}` : name))
    .slice(0, mostLeaves)
}

/** Every value that is another one now, by its way to it. */
function changesBetween(before: string, after: string): string[] {
  try {
    const was = new Map(linesOf(JSON.parse(before), ''))
    const now = linesOf(JSON.parse(after), '')
    const changed = now.filter(([way, value]) => was.get(way) !== value)
    return changed.map(([way, value]) => `${way}: ${was.get(way) ?? '–'} → ${value}`)
  } catch {
    return [after]
  }
}

/** An element of a list by what it is called, where it says so. */
function nameOf(key: string, value: unknown): string {
  if (!/^\d+$/.test(key) || typeof value !== 'object' || value === null) return key
  const { label, name, id } = value as Readonly<Record<string, unknown>>
  return String(label ?? name ?? id ?? Number(key) + 1)
}

function Files({ files }: { files: readonly OwnFileEntry[] }) {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return (
    <Section title="Files" count={files.length} note={formatBytes(bytes)}>
      <ul className="doomed">
        {files.map((file) => (
          <li key={file.path}>
            <span className="path">{file.path}</span>
            <span className="dim">{formatBytes(file.bytes)}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

interface SectionProps {
  readonly title: string
  readonly count: number
  readonly note?: string
  readonly isOpen?: boolean
  readonly children: ReactNode
}

function Section({ title, count, note, isOpen = false, children }: SectionProps) {
  return (
    <details open={isOpen}>
      <summary>
        {title} <span className="dim">{formatCount(count)}</span>
        {note && <span className="dim"> · {note}</span>}
      </summary>
      {children}
    </details>
  )
}

function More({ shown, all }: { shown: number; all: number }) {
  if (all <= shown) return null
  return <p className="dim">and {formatCount(all - shown)} more; the report has all of them</p>
}

/** Minutes and seconds since the first sample, to the thousandth. */
function moment(second: number): string {
  const sign = second < 0 ? '−' : ''
  const all = Math.abs(second)
  const minutes = Math.floor(all / 60)
  return `${sign}${minutes}:${(all - 60 * minutes).toFixed(3).padStart(6, '0')}`
}
