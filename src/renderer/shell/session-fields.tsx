/** Who and what is recorded next: codes that stand in the file's name. The host keeps them. */
import './session-fields.css'
import { useState } from 'react'
import { setSession } from '../state/actions.ts'
import { useSetup, useWorkbench } from '../state/workbench.ts'

const fields = [
  {
    name: 'subject',
    word: 'sub',
    title: 'Subject',
    hint: 'A code, never a name: letters and digits',
  },
  {
    name: 'session',
    word: 'ses',
    title: 'Session',
    hint: 'Letters and digits; the day without it',
  },
  { name: 'task', word: 'task', title: 'Task', hint: 'Letters and digits: rest, p300 …' },
] as const

/** What a file name can hold. */
const refused = /[^\p{Letter}\p{Number}]/gu
const longest = 40

export function SessionFields({ readOnly }: { readOnly: boolean }) {
  return (
    <fieldset className="session-fields" aria-label="Next recording">
      {fields.map((field) => (
        <SessionField key={field.name} {...field} readOnly={readOnly} />
      ))}
    </fieldset>
  )
}

interface FieldProps {
  readonly name: (typeof fields)[number]['name']
  /** As it stands in file names. */
  readonly word: string
  readonly title: string
  readonly hint: string
  readonly readOnly: boolean
}

function SessionField({ name, word, title, hint, readOnly }: FieldProps) {
  const workbench = useWorkbench()
  const kept = useSetup()?.session[name] ?? ''
  /** What is being typed; null: what the host has. */
  const [typed, setTyped] = useState<string | null>(null)
  const keep = () => {
    if (typed !== null && typed !== kept) setSession(workbench, { [name]: typed })
    setTyped(null)
  }
  return (
    <label className="session-field">
      <span className="dim" aria-hidden="true">
        {word}
      </span>
      <input
        className={`entry ${name}`}
        aria-label={title}
        title={hint}
        placeholder="–"
        spellCheck={false}
        autoComplete="off"
        maxLength={longest}
        readOnly={readOnly}
        value={typed ?? kept}
        onChange={(event) => setTyped(event.target.value.replace(refused, ''))}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          // Enter takes the word, and does not start a recording.
          event.preventDefault()
          event.currentTarget.blur()
        }}
      />
    </label>
  )
}
