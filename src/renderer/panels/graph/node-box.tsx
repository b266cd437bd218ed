/** One box of the drawing: a stream that comes in, a node, or an output, and how it goes. */
import type {
  GraphFlow,
  GraphMeters,
  GraphNode,
  GraphShape,
  GraphSummary,
} from '../../../contract/index.ts'
import { formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import type { Box } from './layout.ts'
import { type NodeState, nodeState } from './node-state.ts'
import { edgeRates, nodeRates } from './rates.ts'
import { flowWords, formatLag, formatPerSecond, formatTook, shortFlow } from './words.ts'

export interface BoxProps {
  readonly box: Box
  readonly shape: GraphShape
  readonly state: GraphSummary['state']
  readonly now: GraphMeters | undefined
  /** About a second earlier. */
  readonly before: GraphMeters | undefined
  readonly isSelected: boolean
  /** By the Tab key; the others by arrows from there. */
  readonly isReachable: boolean
  readonly onSelect: () => void
}

export function NodeBox(props: BoxProps) {
  const { box, shape } = props
  if (box.kind === 'source') return <SourceBox {...props} />
  if (box.kind === 'output') return <OutputBox {...props} />
  const node = shape.nodes.find(({ id }) => id === box.id)
  return node ? <InnerBox {...props} node={node} /> : null
}

function Frame({
  box,
  tone,
  name,
  isSelected,
  isReachable,
  onSelect,
  children,
}: BoxProps & {
  readonly tone: NodeState['tone']
  /** What is read out. */
  readonly name: string
  readonly children: React.ReactNode
}) {
  return (
    <button
      type="button"
      role="option"
      className={`graph-box ${box.kind} ${tone}`}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      data-box={box.key}
      aria-label={name}
      aria-selected={isSelected}
      tabIndex={isReachable ? 0 : -1}
      onClick={onSelect}
    >
      {children}
    </button>
  )
}

function InnerBox(props: BoxProps & { readonly node: GraphNode }) {
  const { node, state, now, before } = props
  const meter = now?.nodes.find(({ id }) => id === node.id)
  const earlier = before?.nodes.find(({ id }) => id === node.id)
  const { sign, tone, word } = nodeState(node, meter, earlier, state)
  const seconds = now && before ? now.time - before.time : 0
  const rates = meter && nodeRates(meter, earlier, seconds)
  const isWell = tone === 'good'
  return (
    <Frame {...props} tone={tone} name={`${node.id}, ${node.kind}, ${word}`}>
      <span className="head">
        <Icon name={sign} size={12} />
        <span className="id">{node.id}</span>
      </span>
      <span className={`state ${isWell ? 'dim' : ''}`}>
        {isWell ? node.kind : word}
        {meter !== undefined && meter.errors > 0 && (
          <span className="errors">{formatCount(meter.errors)} failed</span>
        )}
      </span>
      <span className="numbers">
        <span>
          {formatPerSecond(rates?.frames ?? Number.NaN)}
          <span className="unit">/s</span>
        </span>
        <span>
          <span className="unit before">p99</span>
          {meter?.taken ? formatTook(meter.taken.p99Ms) : '–'}
        </span>
      </span>
      <span className="flows">
        {node.outputs.map(({ port, flow }) => (
          <Flow key={port} port={node.outputs.length > 1 ? port : null} flow={flow} />
        ))}
      </span>
    </Frame>
  )
}

function Flow({ port, flow }: { readonly port: string | null; readonly flow: GraphFlow | null }) {
  return (
    <span className="flow" title={flow ? flowWords(flow) : 'Nobody reads it'}>
      {port !== null && <span className="port">{port}</span>}
      {flow ? shortFlow(flow) : 'not read'}
    </span>
  )
}

function SourceBox(props: BoxProps) {
  const { box, shape, now } = props
  const source = shape.sources.find(({ name }) => name === box.id)!
  const meter = now?.sources.find(({ name }) => name === box.id)
  const lost = meter?.overrunFrames ?? 0
  return (
    <Frame
      {...props}
      tone={lost > 0 ? 'warning' : 'good'}
      name={`source ${box.id}: ${source.flow.name}${lost > 0 ? ', overrun' : ''}`}
    >
      <span className="head">
        <span className="id">{box.id}</span>
        <span className="what dim">source</span>
      </span>
      <span className="state dim">{source.flow.name}</span>
      <span className="numbers">
        <span>{shortFlow(source.flow)}</span>
        <span className={lost > 0 ? 'errors' : ''}>
          {lost > 0 ? `${formatCount(lost)} overrun` : formatLag(meter?.lagSeconds ?? null)}
        </span>
      </span>
    </Frame>
  )
}

function OutputBox(props: BoxProps) {
  const { box, now, before } = props
  const meter = now?.edges.find(({ to }) => to === box.id)
  const earlier = before?.edges.find(({ to }) => to === box.id)
  const seconds = now && before ? now.time - before.time : 0
  const rate = meter ? edgeRates(meter, earlier, seconds).frames : Number.NaN
  return (
    <Frame {...props} tone="good" name={`output ${box.id}`}>
      <span className="head">
        <span className="id">{box.id}</span>
      </span>
      <span className="numbers">
        <span className="dim">output</span>
        <span>
          {formatPerSecond(rate)}
          <span className="unit">/s</span>
        </span>
      </span>
    </Frame>
  )
}
