/** A graph is written, checked as it is written, and applied; refused, what runs runs on. */
import './graph-writer.css'
import { type ChangeEvent, useEffect, useRef, useState } from 'react'
import type { GraphSummary, LibraryGraph, Result } from '../../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../../signal/index.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Choice } from '../../ui/choice.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { CheckResult } from './check-result.tsx'
import { CodeEditor } from './code-editor.tsx'

/** Since the last key: then it is checked. */
const checkMs = 500

export type Checked = Result<'graph.check'>

export function GraphWriter({ graphs }: { readonly graphs: readonly GraphSummary[] }) {
  const { graphDesk } = useWorkbench()
  const { draft, draftOf } = useStore(graphDesk)
  const target = graphs.find(({ id, isOwn }) => isOwn && id === draftOf)
  const id = target?.id ?? null
  const { checked, check, isChecking, trouble: untold } = useCheck(id, draft)
  const { apply, forget, said, trouble } = useApply(id, draft, check)
  const [shows, setShows] = useState(0)
  const write = (text: string) => {
    forget()
    graphDesk.patch({ draft: text })
  }
  return (
    <section className="graph-writer" aria-label="Write a graph">
      <div className="writer-head">
        <Library draft={draft} onChoose={write} />
        <FileButtons draft={draft} name={target?.name ?? 'graph'} onText={write} />
        <span className="end">
          <button
            type="button"
            className="button small"
            onClick={() => graphDesk.patch({ isWriting: false })}
          >
            Close
          </button>
        </span>
      </div>
      <CodeEditor text={draft} problem={checked?.problem ?? null} shows={shows} onText={write} />
      <div className="writer-result">
        <ApplyBar
          id={id}
          own={graphs.filter(({ isOwn }) => isOwn)}
          isEmpty={draft.trim() === ''}
          onCheck={() => void check()}
          onApply={() => void apply()}
        />
        {said && (
          <p className="hint" role="status">
            {said}
          </p>
        )}
        {trouble && <Trouble {...trouble} />}
        {untold && <Trouble {...untold} />}
        {draft.trim() === '' ? (
          <p className="hint dim">Choose a graph of the library, open a file, or paste JSON.</p>
        ) : (
          checked && (
            <CheckResult
              {...checked}
              isChecking={isChecking}
              isNew={id === null}
              onShow={() => setShows(shows + 1)}
            />
          )
        )}
      </div>
    </section>
  )
}

interface ApplyBarProps {
  /** Of the graph whose place the text is to take; null: it is to run beside the others. */
  readonly id: string | null
  readonly own: readonly GraphSummary[]
  readonly isEmpty: boolean
  readonly onCheck: () => void
  readonly onApply: () => void
}

function ApplyBar({ id, own, isEmpty, onCheck, onApply }: ApplyBarProps) {
  const { graphDesk } = useWorkbench()
  return (
    <div className="writer-foot">
      <Choice
        name="Runs"
        value={id}
        options={[
          { value: null, text: 'beside the others' },
          ...own.map((each) => ({ value: each.id, text: `in place of ${each.name}` })),
        ]}
        onChange={(draftOf) => graphDesk.patch({ draftOf })}
      />
      <span className="end">
        <button type="button" className="button small" disabled={isEmpty} onClick={onCheck}>
          Check
        </button>
        <button type="button" className="button small primary" disabled={isEmpty} onClick={onApply}>
          {id === null ? 'Run from the next chunk' : 'Apply at the next chunk'}
        </button>
      </span>
    </div>
  )
}

/** Checks what is written, applies it where nothing is wrong, and says what came of it. */
function useApply(id: string | null, draft: string, check: () => Promise<Checked | null>) {
  const { link, graphDesk } = useWorkbench()
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  const [said, setSaid] = useState('')
  const refused = id === null ? 'Refused.' : 'Refused: the old graph runs on.'
  const apply = async () => {
    setTrouble(null)
    setSaid('Applying …')
    const found = await check()
    if (!found || found.problem) {
      setSaid(refused)
      return
    }
    try {
      const { id: runs } = await link.call('graph.apply', { id, text: draft })
      graphDesk.patch({ chosen: runs, draftOf: runs, selected: null })
      setSaid(appliedWords(found))
      void check()
    } catch (error) {
      setSaid(refused)
      setTrouble(asSynapseError(error, 'applying the graph').note)
    }
  }
  const forget = () => {
    setSaid('')
    setTrouble(null)
  }
  return { apply, forget, said, trouble }
}

/** Asks the host a while after the last change, and at once when told to. */
function useCheck(id: string | null, draft: string) {
  const { link } = useWorkbench()
  const [checked, setChecked] = useState<Checked | null>(null)
  const [isChecking, setChecking] = useState(false)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  /** Answers to earlier texts are of no use. */
  const newest = useRef(0)
  const check = async (): Promise<Checked | null> => {
    const number = ++newest.current
    if (draft.trim() === '') return null
    setChecking(true)
    try {
      const found = await link.call('graph.check', { id, text: draft })
      if (number !== newest.current) return null
      setChecked(found)
      setTrouble(null)
      return found
    } catch (error) {
      if (number === newest.current) setTrouble(asSynapseError(error, 'checking the graph').note)
      return null
    } finally {
      if (number === newest.current) setChecking(false)
    }
  }
  const asked = useRef(check)
  asked.current = check
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever these change
  useEffect(() => {
    const timer = setTimeout(() => void asked.current(), checkMs)
    return () => clearTimeout(timer)
  }, [id, draft])
  return { checked, check, isChecking, trouble }
}

function Library({
  draft,
  onChoose,
}: {
  readonly draft: string
  readonly onChoose: (text: string) => void
}) {
  const { link } = useWorkbench()
  const [library, setLibrary] = useState<readonly LibraryGraph[]>([])
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  useEffect(() => {
    link.call('graph.library', {}).then(
      ({ graphs }) => setLibrary(graphs),
      (error) => setTrouble(asSynapseError(error, 'reading the library of graphs').note),
    )
  }, [link])
  return (
    <>
      <Choice
        name="Library"
        value={library.find(({ text }) => text === draft) ?? null}
        options={[
          { value: null, text: 'choose …' },
          ...library.map((graph) => ({ value: graph, text: graph.name })),
        ]}
        onChange={(graph) => graph && onChoose(graph.text)}
      />
      {trouble && <Trouble {...trouble} level="warning" />}
    </>
  )
}

function FileButtons({
  draft,
  name,
  onText,
}: {
  readonly draft: string
  readonly name: string
  readonly onText: (text: string) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const chosen = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    event.target.value = ''
    if (file) onText(await file.text())
  }
  const save = () => {
    const address = URL.createObjectURL(new Blob([draft], { type: 'application/json' }))
    const anchor = document.createElement('a')
    anchor.href = address
    anchor.download = `${name.replace(/[^\w-]+/g, '-')}.jsonc`
    anchor.click()
    URL.revokeObjectURL(address)
  }
  return (
    <>
      <input
        ref={input}
        className="hidden-text"
        type="file"
        accept=".json,.jsonc,application/json"
        aria-label="Graph file"
        tabIndex={-1}
        onChange={(event) => void chosen(event)}
      />
      <button type="button" className="button small" onClick={() => input.current?.click()}>
        Open file …
      </button>
      <button type="button" className="button small" disabled={draft === ''} onClick={save}>
        Save as file
      </button>
    </>
  )
}

function appliedWords({ plan }: Checked): string {
  const count = (fate: string) => plan?.nodes.filter((node) => node.fate === fate).length ?? 0
  const at = new Date().toLocaleTimeString('en-GB')
  const words = [
    [count('kept'), 'kept their state'],
    [count('anew'), 'opened anew'],
    [count('begins'), 'began'],
    [count('ends'), 'ended'],
  ] as const
  const told = words.filter(([nodes]) => nodes > 0).map(([nodes, what]) => `${nodes} ${what}`)
  return `Runs since ${at}: ${told.join(', ')}.`
}
