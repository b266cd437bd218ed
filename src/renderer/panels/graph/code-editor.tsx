/**
 * The text of a graph: CodeMirror, with the place of what is wrong marked. It stands in a shadow tree,
 * where it may have style sheets of its own: the page's policy lets nobody write any into the page.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import {
  bracketMatching,
  HighlightStyle,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language'
import { json } from '@codemirror/legacy-modes/mode/javascript'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import type { GraphProblem } from '../../../contract/index.ts'

/** Of the themes' own colours: keys stand out, values recede, as in the rest of the window. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--bright)' },
  { tag: tags.string, color: 'var(--text)' },
  { tag: tags.number, color: 'var(--accent)' },
  { tag: [tags.bool, tags.null, tags.atom], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--dim)', fontStyle: 'italic' },
])

const look = EditorView.theme({
  '&': { height: '100%', background: 'var(--ground)', color: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': {
    font: '12px / 18px ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
    scrollbarWidth: 'thin',
    scrollbarColor: 'var(--line-strong) transparent',
  },
  '.cm-gutters': {
    borderRight: '1px solid var(--line)',
    background: 'var(--panel)',
    color: 'var(--dim)',
  },
  '.cm-content': { caretColor: 'var(--bright)' },
  '.cm-cursor': { borderLeftColor: 'var(--bright)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { background: 'var(--accent-ground)' },
  '&.cm-focused .cm-matchingBracket': {
    background: 'none',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--fault)',
  },
  '.cm-lint-marker-error': { content: 'normal' },
  '.cm-lint-marker-error::before': { content: '"■"', color: 'var(--fault)', fontSize: '10px' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    background: 'var(--panel)',
    color: 'var(--text)',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--fault)' },
})

const extensions = [
  look,
  lineNumbers(),
  lintGutter(),
  history(),
  drawSelection(),
  bracketMatching(),
  indentUnit.of('  '),
  StreamLanguage.define(json),
  syntaxHighlighting(colours),
  EditorView.lineWrapping,
  keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
  EditorView.contentAttributes.of({ 'aria-label': 'Graph as JSON' }),
]

interface CodeEditorProps {
  /** Set from outside, it replaces what was written. */
  readonly text: string
  readonly problem: GraphProblem | null
  /** Counted up to show the place of what is wrong. */
  readonly shows: number
  readonly onText: (text: string) => void
}

export function CodeEditor({ text, problem, shows, onText }: CodeEditorProps) {
  const frame = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const told = useRef(onText)
  told.current = onText
  const first = useRef(text)
  useEffect(() => {
    const changes = EditorView.updateListener.of((update) => {
      if (update.docChanged) told.current(update.state.doc.toString())
    })
    const state = EditorState.create({ doc: first.current, extensions: [extensions, changes] })
    const host = frame.current!
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    const editor = new EditorView({ state, parent: root, root })
    view.current = editor
    host.addEventListener('keydown', keepKeys)
    return () => {
      host.removeEventListener('keydown', keepKeys)
      editor.destroy()
    }
  }, [])
  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text])
  useEffect(() => {
    const editor = view.current
    if (editor) editor.dispatch(setDiagnostics(editor.state, marksOf(problem, editor)))
  }, [problem])
  const place = useRef(problem)
  place.current = problem
  useEffect(() => {
    const editor = view.current
    if (shows === 0 || !editor || !place.current) return
    const { from: anchor, to: head } = markOf(place.current, editor)
    editor.dispatch({ selection: { anchor, head }, scrollIntoView: true })
    editor.focus()
  }, [shows])
  return <div className="code-editor" ref={frame} />
}

/** What is typed means nothing to the window; Escape gives the keyboard back to it. */
function keepKeys(event: KeyboardEvent): void {
  const [typedInto] = event.composedPath()
  if (event.key === 'Escape' && typedInto instanceof HTMLElement) typedInto.blur()
  else event.stopPropagation()
}

function marksOf(problem: GraphProblem | null, editor: EditorView) {
  if (!problem) return []
  return [{ ...markOf(problem, editor), severity: 'error' as const, message: problem.note.message }]
}

/** Within what is written by now. */
function markOf(problem: GraphProblem, { state }: EditorView) {
  const from = Math.min(problem.offset, state.doc.length)
  const to = Math.min(from + problem.length, state.doc.length)
  return { from, to }
}
