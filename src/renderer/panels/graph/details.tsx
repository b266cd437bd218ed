/** What is known of the selected box; of the whole graph where none is selected. */
import './details.css'
import type { GraphShape } from '../../../contract/index.ts'
import { usePreferences, useWorkbench } from '../../state/workbench.ts'
import { formatCount } from '../../ui/format.ts'
import type { DetailsProps } from './details-props.ts'
import { EdgeTable } from './edge-table.tsx'
import { Facts } from './facts.tsx'
import { GraphWishes } from './graph-wishes.tsx'
import { keyOf } from './layout.ts'
import { NodeDetails } from './node-details.tsx'
import { OutputDetails } from './output-details.tsx'
import { behindWords, flowWords, formatLag } from './words.ts'

export function Details(props: DetailsProps) {
  const { shape, selected } = props
  const node = shape.nodes.find(({ id }) => keyOf('node', id) === selected)
  const source = shape.sources.find(({ name }) => keyOf('source', name) === selected)
  const output = shape.outputs.find(({ name }) => keyOf('output', name) === selected)
  const title = node?.id ?? source?.name ?? output?.name ?? shape.name
  return (
    <section className="graph-details" aria-label={`Details of ${title}`}>
      {node ? (
        <NodeDetails key={node.id} {...props} node={node} />
      ) : source ? (
        <SourceDetails {...props} source={source} />
      ) : output ? (
        <OutputDetails {...props} output={output} />
      ) : (
        <GraphOverview {...props} />
      )}
    </section>
  )
}

function GraphOverview({ shape, history }: DetailsProps) {
  const now = history.at(-1)
  const sum = (field: 'errors' | 'framesRefused' | 'letters' | 'restarts') =>
    now?.nodes.reduce((total, node) => total + node[field], 0) ?? 0
  const threads = shape.segments.map(({ thread }) => thread)
  return (
    <>
      <h3 className="details-head">{shape.name}</h3>
      {shape.help && <p className="hint">{shape.help}</p>}
      <Facts
        of={[
          ['streams', shape.sources.map(({ flow }) => flow.name).join(', ')],
          ['nodes', formatCount(shape.nodes.length)],
          ['threads', [...new Set(threads)].join(', ')],
          ['runs', shape.pacing],
          ['failures', formatCount(sum('errors'))],
          ['restarts', formatCount(sum('restarts'))],
          ['samples refused', formatCount(sum('framesRefused'))],
          ['dead letters', formatCount(sum('letters'))],
          ['late beyond', `${formatCount(shape.latencyBudgetMs)} ms`],
        ]}
      />
      {shape.isOwn && <GraphWishes key={shape.id} id={shape.id} />}
      <p className="hint dim">Select a box for its meters: click on it, or Tab and arrow keys.</p>
      <BudgetLink />
    </>
  )
}

/** The way of a sample, stage by stage, stands in the inspector. */
function BudgetLink() {
  const { preferences } = useWorkbench()
  const { inspectorOpen } = usePreferences()
  return (
    <p className="hint dim">
      {inspectorOpen ? (
        'The latency budget, stage by stage, is in the inspector.'
      ) : (
        <button
          type="button"
          className="button small"
          onClick={() => preferences.patch({ inspectorOpen: true })}
        >
          Latency budget in the inspector
        </button>
      )}
    </p>
  )
}

function SourceDetails({
  shape,
  history,
  source,
}: DetailsProps & { readonly source: GraphShape['sources'][number] }) {
  const meter = history.at(-1)?.sources.find(({ name }) => name === source.name)
  const edges = shape.edges.filter(({ from }) => from === source.name)
  return (
    <>
      <h3 className="details-head">
        {source.name} <span className="dim">source</span>
      </h3>
      <Facts
        of={[
          ['stream', source.flow.name],
          ['id', source.stream],
          ['gives', flowWords(source.flow)],
          [
            'waiting',
            meter &&
              `${formatCount(meter.waitingFrames)} of ${formatCount(meter.capacityFrames)} samples`,
          ],
          ['overrun', meter && `${formatCount(meter.overrunFrames)} samples`],
          ['since arrival', formatLag(meter?.lagSeconds ?? null)],
          ['watermark', behindWords(meter?.behindSeconds ?? null)],
        ]}
      />
      <EdgeTable title="Feeds" edges={edges} history={history} end="to" />
    </>
  )
}
