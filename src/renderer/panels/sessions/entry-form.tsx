/** What was typed for a recording, to be corrected: its files are renamed with it. */
import { useState } from 'react'
import type { Catalogued } from '../../../contract/index.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'

type Name = 'subject' | 'session' | 'task' | 'run' | 'protocol' | 'operator' | 'notes'
type Typed = Readonly<Record<Name, string>>

const short: readonly { name: Name; title: string }[] = [
  { name: 'subject', title: 'Subject' },
  { name: 'session', title: 'Session' },
  { name: 'task', title: 'Task' },
  { name: 'run', title: 'Run' },
  { name: 'protocol', title: 'Protocol' },
  { name: 'operator', title: 'Operator' },
]
/** Those that stand in the name of the file. */
const inName: ReadonlySet<Name> = new Set(['subject', 'session', 'task', 'run'])
const refused = /[^\p{Letter}\p{Number}]/gu

export function EntryForm({ recording }: { recording: Catalogued }) {
  const { sessions } = useWorkbench()
  const { isBusy, trouble, run, forget } = useAttempt()
  const kept = typedOf(recording)
  const [typed, setTyped] = useState<Partial<Typed>>({})
  const now = { ...kept, ...typed }
  const changed = (Object.keys(now) as Name[]).filter((name) => now[name] !== kept[name])
  const isRenamed = changed.some((name) => inName.has(name))
  const isBeingRecorded = recording.state === 'recording'
  const put = (name: Name, text: string) => {
    const clean = name === 'run' ? text.replace(/\D/g, '') : text.replace(refused, '')
    setTyped({ ...typed, [name]: inName.has(name) ? clean : text })
  }
  const save = async () => {
    const change = Object.fromEntries(
      changed.map((name) => [name, name === 'run' ? Number(now.run) || undefined : now[name]]),
    )
    if (await run('changing', () => sessions.change(recording.id, change))) setTyped({})
  }
  return (
    <form
      className="entry-form"
      aria-label="What was typed"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {short.map(({ name, title }) => (
        <label key={name} className={`field-of ${name}`}>
          <span className="dim">{title}</span>
          <input
            className="entry"
            spellCheck={false}
            autoComplete="off"
            maxLength={inName.has(name) ? 40 : 200}
            readOnly={isBeingRecorded && inName.has(name)}
            value={now[name]}
            onChange={(event) => put(name, event.target.value)}
          />
        </label>
      ))}
      <label className="field-of notes">
        <span className="dim">Notes</span>
        <textarea
          className="entry"
          rows={2}
          maxLength={10_000}
          value={now.notes}
          onChange={(event) => put('notes', event.target.value)}
        />
      </label>
      {trouble && <Trouble {...trouble} />}
      {changed.length > 0 && (
        <div className="sheet-ends">
          <button type="submit" className="button primary small" disabled={isBusy}>
            {isRenamed ? 'Save and rename files' : 'Save'}
          </button>
          <button
            type="button"
            className="button plain small"
            onClick={() => {
              setTyped({})
              forget()
            }}
          >
            Undo
          </button>
        </div>
      )}
    </form>
  )
}

function typedOf(recording: Catalogued): Typed {
  const { subject, session, task, run, protocol, operator, notes } = recording
  return { subject, session, task, run: run === null ? '' : String(run), protocol, operator, notes }
}
