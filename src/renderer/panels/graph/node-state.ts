/** How a node is, in a sign, a tone and words: the colour never says it alone. */
import type { GraphNode, GraphSummary, NodeMeter } from '../../../contract/index.ts'
import type { IconName } from '../../ui/icon.tsx'

export interface NodeState {
  readonly sign: IconName
  readonly tone: 'good' | 'quiet' | 'warning' | 'fault'
  readonly word: string
}

const running: NodeState = { sign: 'disc', tone: 'good', word: 'running' }
const silent: NodeState = { sign: 'hollow', tone: 'quiet', word: 'no data' }
const opening: NodeState = { sign: 'opening', tone: 'quiet', word: 'opening' }
const ended: NodeState = { sign: 'square', tone: 'warning', word: 'stopped with its graph' }

/** @param before what it had counted about a second ago */
export function nodeState(
  node: GraphNode,
  meter: NodeMeter | undefined,
  before: NodeMeter | undefined,
  graph: GraphSummary['state'],
): NodeState {
  if (graph === 'failed') return ended
  if (!meter) return opening
  const since = (field: 'framesIn' | 'errors' | 'restarts') => meter[field] - (before?.[field] ?? 0)
  if (meter.breaker === 'given-up') return { sign: 'fault', tone: 'fault', word: 'given up' }
  if (meter.breaker === 'open') return { sign: 'pause', tone: 'warning', word: restingWord(node) }
  if (meter.breaker === 'half-open') {
    return { sign: 'opening', tone: 'warning', word: 'breaker half-open' }
  }
  if (before && since('restarts') > 0) {
    return { sign: 'look', tone: 'warning', word: 'restarting' }
  }
  if (before && since('errors') > 0) {
    return { sign: 'triangle', tone: 'warning', word: 'failing' }
  }
  if (meter.isDegraded) return { sign: 'triangle', tone: 'warning', word: degradedWord(node) }
  return before && since('framesIn') === 0 ? silent : running
}

function restingWord({ resilience }: GraphNode): string {
  return resilience.breaker === undefined ? 'resting, then opens anew' : 'breaker open, resting'
}

const degradedWords: Readonly<Record<string, string>> = {
  skip: 'late: skipped',
  'lower-rate': 'late: part of the time',
  bypass: 'late: passed by',
}

function degradedWord({ resilience }: GraphNode): string {
  const { action = '', level } = (resilience.degrade ?? {}) as { action?: string; level?: number }
  const word = degradedWords[action] ?? 'late: degraded'
  return level === undefined ? word : `${word}, level ${level}`
}
