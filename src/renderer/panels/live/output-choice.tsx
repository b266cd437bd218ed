/** Which outputs of graphs stand among the traces, with how far behind and how whole each is. */
import './output-choice.css'
import { useEffect, useRef } from 'react'
import type { GraphOutput } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { formatCount, formatMilliseconds, formatRate } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'

/** Nothing where no graph of a user runs. */
export function OutputChoice() {
  const outputs = useSetup()?.outputs ?? []
  const { view } = useWorkbench()
  const list = useRef<HTMLDetailsElement>(null)
  useClosing(list)
  if (outputs.length === 0) return null
  const shown = outputs.filter(({ isShown }) => isShown).length
  return (
    <details className="output-choice" ref={list}>
      <summary className="button">
        Outputs
        <span className="dim">
          {shown} of {outputs.length}
        </span>
        <Icon name="chevron" size={12} />
      </summary>
      <section className="sheet" aria-label="Outputs of graphs">
        <ul>
          {outputs.map((output) => (
            <OutputEntry key={output.key} output={output} />
          ))}
        </ul>
        <p className="foot">
          <span className="dim">Steps hold until the next value; scales are fitted once.</span>
          <button type="button" className="button small" onClick={() => view.patch({ fits: {} })}>
            Fit scales
          </button>
        </p>
      </section>
    </details>
  )
}

function OutputEntry({ output }: { readonly output: GraphOutput }) {
  const { link, status } = useWorkbench()
  const { run, trouble } = useAttempt()
  const figures = useStore(status)?.outputs.find(({ key }) => key === output.key)
  const { graph, output: name, isShown } = output
  const show = (wanted: boolean) =>
    run('showing it', () => link.call('graph.show', { id: graph, output: name, isShown: wanted }))
  return (
    <li>
      <label>
        <input
          type="checkbox"
          className="check"
          checked={isShown}
          onChange={(event) => void show(event.target.checked)}
        />
        <span className="name">{output.name}</span>
        <span className="dim">{streamWords(output)}</span>
      </label>
      {figures && (
        <span className="figures dim">
          {figures.effectiveRateHz > 0 && `${formatRate(figures.effectiveRateHz)} Hz, `}
          {figures.latency && `${formatMilliseconds(figures.latency.p50Ms)} ms behind, `}
          <span className={figures.ledger.lost > 0 ? 'lost' : ''}>
            {formatCount(figures.ledger.lost)} lost
          </span>
        </span>
      )}
      {trouble && <Trouble {...trouble} />}
    </li>
  )
}

function streamWords({ type, channels, nominalRateHz }: GraphOutput): string {
  const many = channels.length === 1 ? '1 channel' : `${channels.length} channels`
  return `${type}, ${many}, ${nominalRateHz > 0 ? `${Number(nominalRateHz.toPrecision(3))} Hz` : 'irregular'}`
}

/** It closes when somebody clicks elsewhere, or by Escape. */
function useClosing(list: React.RefObject<HTMLDetailsElement | null>) {
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = list
      if (!current?.open) return
      const isElsewhere = event.type === 'pointerdown' && !current.contains(event.target as Node)
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape'
      if (isElsewhere || isEscape) current.open = false
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('keydown', close)
    }
  }, [list])
}
