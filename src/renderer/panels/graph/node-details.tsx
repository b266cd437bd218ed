/** One node: how it is, its meters, what feeds it, its options and policies, and what it refused. */
import type { GraphNode, NodeMeter } from '../../../contract/index.ts'
import { formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { DeadLetters } from './dead-letters.tsx'
import type { DetailsProps } from './details-props.ts'
import { EdgeTable } from './edge-table.tsx'
import { type Fact, Facts } from './facts.tsx'
import { nodeState } from './node-state.ts'
import { nodeRates } from './rates.ts'
import { behindWords, formatPerSecond, formatTook } from './words.ts'

type NodeDetailsProps = DetailsProps & { readonly node: GraphNode }

export function NodeDetails({ shape, state, history, node }: NodeDetailsProps) {
  const [now, before] = [history.at(-1), history[0]]
  const meter = now?.nodes.find(({ id }) => id === node.id)
  const earlier = before?.nodes.find(({ id }) => id === node.id)
  const { sign, tone, word } = nodeState(node, meter, earlier, state)
  const seconds = now && before ? now.time - before.time : 0
  const thread = shape.segments.find(({ key }) => key === node.segment)?.thread
  const feeds = shape.edges.filter(({ to }) => to.startsWith(`${node.id}.`))
  const readers = shape.edges.filter(({ from }) => from.startsWith(`${node.id}.`))
  return (
    <>
      <h3 className="details-head">
        {node.id} <span className="dim">{node.kind}</span>
        <span className={`graph-state ${tone}`}>
          <Icon name={sign} size={12} />
          {word}
        </span>
      </h3>
      <p className="hint">{node.help}</p>
      {meter?.failure && tone !== 'good' && (
        <Trouble
          level="warning"
          message={`${meter.failure.message} [${meter.failure.code}]`}
          remedy={remedyOf(node, meter)}
        />
      )}
      {meter && <Facts of={meterFacts(meter, nodeRates(meter, earlier, seconds))} title="Meters" />}
      <EdgeTable title="Fed by" edges={feeds} history={history} end="from" />
      <EdgeTable title="Feeds" edges={readers} history={history} end="to" />
      <Facts title="Options" of={optionFacts(node.options)} />
      <Facts title="Policies" of={[['thread', thread], ...policyFacts(node.resilience)]} />
      {meter && (
        <DeadLetters graph={shape.id} node={node.id} written={meter.letters} now={now!.time} />
      )}
    </>
  )
}

/** The host's remedy is for a graph that fails as a whole; this node has a policy of its own. */
function remedyOf({ resilience }: GraphNode, { failure, breaker }: NodeMeter): string {
  if (resilience.onError === 'propagate') return failure?.remedy ?? ''
  if (breaker === 'given-up')
    return 'It stays away: correct its options, then apply the graph again.'
  return 'The graph goes on without it; what it refused is below.'
}

function meterFacts(meter: NodeMeter, rates: ReturnType<typeof nodeRates>): Fact[] {
  const { taken } = meter
  const took = (value: number | undefined) => (value === undefined ? '–' : formatTook(value))
  return [
    ['chunks', `${formatPerSecond(rates.chunks)} /s · ${formatCount(meter.chunks)}`],
    ['samples in', `${formatPerSecond(rates.frames)} /s · ${formatCount(meter.framesIn)}`],
    ['samples out', formatCount(meter.framesOut)],
    ['gaps', formatCount(meter.gaps)],
    ['p50 · p99 · p99.9', [taken?.p50Ms, taken?.p99Ms, taken?.p999Ms].map(took).join(' · ')],
    ['timed', `${formatCount(taken?.count ?? 0)} chunks of the last minute`],
    ['watermark', behindWords(meter.behindSeconds)],
    ['breaker', meter.breaker],
    ['failures', formatCount(meter.errors)],
    ['restarts', formatCount(meter.restarts)],
    ['refused', `${formatCount(meter.framesRefused)} samples`],
    ['skipped, late', `${formatCount(meter.framesSkipped)} samples`],
    ['passed by, late', `${formatCount(meter.framesBypassed)} samples`],
  ]
}

function optionFacts(options: Readonly<Record<string, unknown>>): Fact[] {
  const facts = Object.entries(options).map(([name, value]): Fact => [name, plainly(value)])
  return facts.length > 0 ? facts : [['options', 'none']]
}

/** `restart: exponential, 0.5 to 30 s, 10 attempts` reads as its fields do in the file. */
function policyFacts(resilience: Readonly<Record<string, unknown>>): Fact[] {
  return Object.entries(resilience)
    .filter(([name]) => name !== 'defaultValue' || resilience.onError === 'use-default')
    .map(([name, value]): Fact => [name, plainly(value)])
}

/** As in the file, but for brackets and quotes. */
function plainly(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) {
    const isNested = value.some((each) => typeof each === 'object' && each !== null)
    return value.length > 0 ? value.map(plainly).join(isNested ? '; ' : ', ') : 'none'
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  return Object.entries(value)
    .map(([field, each]) => `${field} ${plainly(each)}`)
    .join(', ')
}
