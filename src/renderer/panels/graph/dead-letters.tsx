/** What a node refused: when, why and how much, where it lies, and how it is run again. */
import { useEffect, useState } from 'react'
import type { ListedLetterEntry, Result } from '../../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../../signal/index.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName, formatCount, formatShort, formatUnit } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'

interface DeadLettersProps {
  readonly graph: string
  readonly node: string
  /** So many there are by now. */
  readonly written: number
  /** Seconds on the host's clock. */
  readonly now: number
}

/** More lines than these help nobody: the folder has them all. */
const mostShown = 50
const askMs = 1000

export function DeadLetters({ graph, node, written, now }: DeadLettersProps) {
  const { link } = useWorkbench()
  const [list, setList] = useState<Result<'deadLetters.list'> | null>(null)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  useEffect(() => {
    if (written === 0) return
    // A node that always fails does so many times a second.
    const timer = setTimeout(
      () =>
        link.call('deadLetters.list', { graph, node }).then(setList, (error) => {
          setTrouble(asSynapseError(error, 'listing dead letters').note)
        }),
      list && list.letters.length > 0 ? askMs : 0,
    )
    return () => clearTimeout(timer)
  }, [link, graph, node, written, list])
  const exportAll = () => {
    setTrouble(null)
    setSaid('Exporting …')
    link.call('deadLetters.export', { graph, node }).then(
      ({ path, letters }) => {
        const many = letters === 1 ? '1 letter is' : `${formatCount(letters)} letters are`
        setSaid(`${many} in ${path}`)
      },
      (error) => {
        setSaid(null)
        setTrouble(asSynapseError(error, 'exporting dead letters').note)
      },
    )
  }
  return (
    <>
      <h4 className="section-head">Dead letters</h4>
      {written === 0 ? (
        <p className="hint dim">None: what this node refuses is kept, and listed here.</p>
      ) : (
        <>
          <p className="hint">
            {formatCount(list?.written ?? written)} since the host began
            {list && list.dropped > 0 && `; ${formatCount(list.dropped)} had no room`}.{' '}
            <button type="button" className="button small" onClick={exportAll}>
              Export all
            </button>
          </p>
          {said && (
            <p className="hint path" role="status">
              {said}
            </p>
          )}
          {trouble && <Trouble {...trouble} />}
          <ol className="letters" aria-label={`Dead letters of ${node}`}>
            {list?.letters.slice(0, mostShown).map((letter) => (
              <Letter key={letter.number} letter={letter} now={now} />
            ))}
          </ol>
          {list && <Replay folder={list.folder} />}
        </>
      )}
    </>
  )
}

function Letter({ letter, now }: { readonly letter: ListedLetterEntry; readonly now: number }) {
  const { link } = useWorkbench()
  const [values, setValues] = useState<Result<'deadLetters.show'> | null>(null)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  const { number, port, reason, note, firstSample, frames, time, file } = letter
  const last = firstSample + frames - 1
  const look = () =>
    link.call('deadLetters.show', { number }).then(setValues, (error) => {
      setTrouble(asSynapseError(error, 'reading the letter').note)
    })
  return (
    <li>
      <details onToggle={(event) => event.currentTarget.open && !values && void look()}>
        <summary>
          <span className="when">{clockTime(time, now)}</span>
          <span className="why">{reason}</span>
          <span>
            {formatCount(frames)} <span className="dim">from {formatCount(firstSample)}</span>
          </span>
        </summary>
        <p>
          {note.message} <span className="dim">[{note.code}]</span>
        </p>
        <p className="dim">
          Port {port}, samples {formatCount(firstSample)} to {formatCount(last)}, in{' '}
          <span className="path" title={file}>
            {fileName(file)}
          </span>
        </p>
        {trouble && <Trouble {...trouble} />}
        {values && <Values {...values} />}
      </details>
    </li>
  )
}

function Values({ channels, notNumbers }: Result<'deadLetters.show'>) {
  return (
    <p className="values">
      {channels.slice(0, 16).map(({ label, unit, low, high }) => (
        <span key={label}>
          {label}{' '}
          <span className="dim">
            {formatShort(low)} to {formatShort(high)} {formatUnit(unit)}
          </span>
        </span>
      ))}
      {channels.length > 16 && <span className="dim">and {channels.length - 16} more</span>}
      {notNumbers > 0 && <span>{formatCount(notNumbers)} values are no numbers</span>}
    </p>
  )
}

/** What runs them again, once the graph is mended. */
function Replay({ folder }: { readonly folder: string }) {
  const command = `synapse graph dead-letters replay "${folder}" --graph mended.jsonc --out replayed`
  const [isCopied, setCopied] = useState(false)
  const copy = () => navigator.clipboard.writeText(command).then(() => setCopied(true))
  return (
    <div className="replay">
      <p className="hint dim">
        They lie in {folder}. Mend the graph, save it, then run them again:
      </p>
      <code>{command}</code>
      <button type="button" className="button small" onClick={() => void copy()}>
        {isCopied ? 'Copied' : 'Copy the command'}
      </button>
    </div>
  )
}

/** Of the day; the host's clock is told beside this one. */
function clockTime(time: number, now: number): string {
  const at = new Date(Date.now() - (now - time) * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${Math.floor(at.getMilliseconds() / 100)}`
}
