/** One output of a graph: how it goes, and whether it is looked at and recorded. */
import type { GraphShape } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { formatCount, formatMilliseconds } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import type { DetailsProps } from './details-props.ts'
import { EdgeTable } from './edge-table.tsx'
import { Facts } from './facts.tsx'
import { flowWords, formatPerSecond } from './words.ts'

export function OutputDetails({
  shape,
  history,
  output,
}: DetailsProps & { readonly output: GraphShape['outputs'][number] }) {
  const edges = shape.edges.filter(({ to }) => to === output.name)
  return (
    <>
      <h3 className="details-head">
        {output.name} <span className="dim">output</span>
      </h3>
      <OutputFacts shape={shape} output={output} />
      <EdgeTable title="Fed by" edges={edges} history={history} end="from" />
      <p className="hint dim">
        Devices → Send → everything gives it to other programs by LSL, under this name.
      </p>
    </>
  )
}

function OutputFacts({
  shape,
  output,
}: Pick<Parameters<typeof OutputDetails>[0], 'shape' | 'output'>) {
  const { link, status } = useWorkbench()
  const { run, trouble } = useAttempt()
  const own = useSetup()?.outputs.find(
    (each) => each.graph === shape.id && each.output === output.name,
  )
  const figures = useStore(status)?.outputs.find(({ key }) => key === own?.key)
  const gives = output.flow ? flowWords(output.flow) : 'not known yet'
  if (!own) return <Facts of={[['gives', gives]]} />
  const { latency, ledger, effectiveRateHz } = figures ?? {}
  const show = (isShown: boolean) =>
    run('showing it', () => link.call('graph.show', { id: shape.id, output: output.name, isShown }))
  const milliseconds = (value: number | undefined) =>
    value === undefined ? undefined : `${formatMilliseconds(value)} ms`
  return (
    <>
      <Facts
        of={[
          ['gives', gives],
          [
            'a second',
            effectiveRateHz === undefined ? undefined : formatPerSecond(effectiveRateHz),
          ],
          ['samples', ledger && formatCount(ledger.received)],
          ['lost', ledger && formatCount(ledger.lost)],
          ['behind arrival, p50', milliseconds(latency?.p50Ms)],
          ['p99', milliseconds(latency?.p99Ms)],
        ]}
      />
      <label className="switch">
        <input
          type="checkbox"
          className="check"
          checked={own.isShown}
          onChange={(event) => void show(event.target.checked)}
        />
        Among the live traces
      </label>
      {trouble && <Trouble {...trouble} />}
    </>
  )
}
