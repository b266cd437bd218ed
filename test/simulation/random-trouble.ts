/** What can go wrong in a session, made up: nodes that fail, nodes that are given up, a slow thread. */
import type { GraphSpec, NodeCatalog } from '../../src/graph/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import type { NodeDefinition } from '../../src/signal/index.ts'
import { Random } from './random.ts'

/** Every kind once more, under `flaky-…`: fails at some samples, before or after it has done its work. */
export function flakyCatalog(seed: number): NodeCatalog {
  const flaky = [...nodeCatalog.values()].map((definition) => {
    const id = `flaky-${definition.id}`
    return [id, flakyNode(definition, id, seed)] as const
  })
  return new Map([...nodeCatalog, ...flaky])
}

function flakyNode(definition: NodeDefinition, id: string, seed: number): NodeDefinition {
  return {
    ...definition,
    id,
    open(context) {
      const inner = definition.open(context)
      const failsAt = failures(seed, context.id)
      return {
        ...inner,
        process(port, chunk, emit) {
          let [isBefore, isAfter] = [false, false]
          for (let f = 0; f < chunk.frames; f++) {
            const failure = failsAt(chunk.firstSample + f)
            isBefore ||= failure === 'before'
            isAfter ||= failure === 'after'
          }
          if (isBefore) throw new Error('made to fail before')
          inner.process(port, chunk, emit)
          if (isAfter) throw new Error('made to fail after')
        },
      }
    },
  }
}

/** Now and then a sample that a node fails on, and spells in which it fails often. */
function failures(seed: number, node: string) {
  let salt = seed
  for (const letter of node) salt = Math.imul(salt, 31) + letter.charCodeAt(0)
  return (sample: number): 'before' | 'after' | null => {
    const spell = new Random(salt + Math.floor(sample / 64)).chance(0.15)
    const random = new Random(salt + 7919 * sample)
    if (!random.chance(spell ? 0.2 : 0.004)) return null
    return random.chance(0.5) ? 'before' : 'after'
  }
}

/** Makes some nodes of a graph flaky, and lets some be degraded. */
export function withTrouble(random: Random, spec: GraphSpec): GraphSpec {
  const troubled = structuredClone(spec)
  for (const node of Object.values(troubled.nodes)) {
    const resilience: Record<string, unknown> = {}
    if (random.chance(0.4)) {
      node.node = `flaky-${node.node}`
      Object.assign(resilience, failurePolicy(random))
    }
    if (random.chance(0.5)) {
      const level = random.between(1, 3)
      resilience.degrade = random.chance(0.5)
        ? { action: 'skip', level }
        : { action: 'lower-rate', level, seenSeconds: 0.1, everySeconds: random.pick([0.2, 0.5]) }
    }
    node.resilience = resilience as NonNullable<typeof node.resilience>
  }
  return troubled
}

function failurePolicy(random: Random) {
  const policy = random.pick(['never', 'immediate', 'exponential'])
  const restart = { policy, baseSeconds: 0.05, maxSeconds: 0.4, attempts: random.pick([2, 1000]) }
  const coolDown = policy === 'exponential' ? {} : { coolDownSeconds: 0.2 }
  const breaker = {
    failures: random.between(1, 3),
    windowSeconds: random.pick([0.1, 1]),
    failureShare: random.pick([0, 0.2]),
    probes: random.between(1, 3),
    ...coolDown,
  }
  return {
    onError: random.pick(['skip-chunk', 'use-default']),
    ...(random.chance(0.7) ? { restart } : {}),
    ...(random.chance(0.6) && !(policy === 'exponential' && random.chance(0.5)) ? { breaker } : {}),
  }
}
