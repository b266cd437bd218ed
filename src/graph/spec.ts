/**
 * A pipeline as data: what a person reads, an editor draws and every host runs alike.
 * `a.b` names port `b` of node `a`; a source or a node with one port needs no `.port`.
 * SPEC.md beside this file has the rules by number.
 */
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { z } from 'zod'
import { SynapseError } from '../signal/index.ts'

const id = z
  .string()
  .regex(/^[A-Za-z][\w-]*$/, 'an id starts with a letter; then letters, digits, - and _')
const reference = z
  .string()
  .regex(/^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)?$/, 'a reference is "node" or "node.port"')

const restartSchema = z.strictObject({
  policy: z.enum(['never', 'immediate', 'exponential']).describe('When a failed node opens anew.'),
  baseSeconds: z.number().positive().max(3600).default(0.5).describe('First wait, stream time.'),
  maxSeconds: z.number().positive().max(86_400).default(30).describe('Longest wait.'),
  attempts: z.int().min(1).max(1_000_000).default(10).describe('After so many it stays away.'),
})

const breakerSchema = z.strictObject({
  failures: z.int().min(1).max(1_000_000).default(5).describe('So many within the window open it.'),
  windowSeconds: z.number().positive().max(86_400).default(10).describe('Stream time.'),
  failureShare: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('It stays closed while fewer of the chunks in the window fail than this share.'),
  coolDownSeconds: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('How long it rests, stream time: 5 s; exponential restarts have waits of their own.'),
  probes: z.int().min(1).max(1_000_000).default(1).describe('So many good chunks close it again.'),
})

const level = z
  .int()
  .min(1)
  .max(3)
  .default(1)
  .describe('Given up from this level on: what costs most and matters least at 1.')

/** What a node gives up while its thread is later than the latency budget. */
const degradeSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('skip').describe('It sees nothing: a gap.'), level }),
  z.strictObject({
    action: z.literal('lower-rate').describe('It sees a part of the time; the rest is a gap.'),
    seenSeconds: z.number().positive().max(3600).default(1).describe('It sees so much …'),
    everySeconds: z.number().positive().max(86_400).default(4).describe('… of every so much.'),
    level,
  }),
  z.strictObject({
    action: z.literal('bypass').describe('Its input goes out in the place of its output.'),
    level,
  }),
])

/** What becomes of a node that fails, of the chunk that it failed on, and of one that is late. */
export const resilienceSchema = z
  .strictObject({
    onError: z
      .enum(['propagate', 'skip-chunk', 'use-default'])
      .default('propagate')
      .describe(
        'propagate: the graph fails; skip-chunk: a gap; use-default: defaultValue instead.',
      ),
    defaultValue: z.number().default(0).describe('For use-default, in every channel.'),
    restart: restartSchema.optional(),
    breaker: breakerSchema.optional(),
    degrade: degradeSchema.optional(),
  })
  .superRefine(({ onError, restart, breaker, degrade }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if (onError === 'propagate' && (restart || breaker)) {
      refuse('restart and breaker need onError "skip-chunk" or "use-default"')
    }
    if (restart?.policy === 'exponential' && breaker?.coolDownSeconds !== undefined) {
      refuse('breaker.coolDownSeconds: exponential restarts say themselves how long a node rests')
    }
    if (degrade?.action === 'lower-rate' && degrade.seenSeconds >= degrade.everySeconds) {
      refuse('degrade.seenSeconds must be less than everySeconds')
    }
  })

const queueSchema = z.strictObject({
  policy: z
    .enum(['block', 'drop-oldest', 'spill'])
    .default('block')
    .describe(
      'When full: block: the writing segment leaves its own input waiting; drop-oldest: a gap; ' +
        'spill: to a file, and block when that is full.',
    ),
  seconds: z.number().positive().max(3600).default(4).describe('Of the stream, that it holds.'),
  frames: z.int().min(1).max(100_000_000).optional().describe('That it holds, instead of seconds.'),
  spillBytes: z
    .int()
    .min(65_536)
    .max(1e12)
    .default(268_435_456)
    .describe('Length of the file, for spill.'),
})

const pacingSchema = z.strictObject({
  mode: z
    .enum(['continuous', 'slice'])
    .default('continuous')
    .describe('continuous: as samples arrive; slice: all that has arrived, once per slice.'),
  milliseconds: z.number().min(1).max(10_000).default(32).describe('Length of a slice.'),
})

/** Of a node, also inside parts. */
const path = z.string().regex(/^[A-Za-z][\w-]*(\/[A-Za-z][\w-]*)*$/, 'a node is "id" or "part/id"')

/** Where nodes run that name no thread. */
const threadsSchema = z.strictObject({
  rule: z
    .literal('balanced')
    .describe('So that the busiest thread has least to do, cut where least flows.'),
  most: z.int().min(1).max(8).default(2).describe('Threads, those that nodes name among them.'),
  costs: z
    .record(path, z.number().min(0).max(1e9))
    .default({})
    .describe(
      'Measured, by node: microseconds per second of stream, as `synapse graph measure` prints ' +
        'them; of others, what their kind declares.',
    ),
})

const nodeSchema = z.strictObject({
  /** Kind of node, or … */
  node: z.string().optional(),
  /** … a graph from `graphs`, put in its place. */
  graph: z.string().optional(),
  /** Runs there; without one, where what feeds its first input runs. Of a part: all its nodes. */
  thread: id.optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  resilience: resilienceSchema.optional(),
})

const parameterSchema = z.strictObject({
  default: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  help: z.string().optional(),
  unit: z.string().optional(),
})

const edgeSchema = z.strictObject({
  from: reference,
  to: reference,
  /** Between two threads: what waits there, and what becomes of it when it is too much. */
  queue: queueSchema.optional(),
})

const partSchema = z.strictObject({
  /** Names of what is fed from outside. */
  inputs: z.array(id),
  nodes: z.record(id, nodeSchema),
  edges: z.array(edgeSchema),
  outputs: z.record(id, reference),
})

/** Channels of a stream of markers, behind one for each kind of label. */
export const markerChannels = ['value', 'duration'] as const

const bound = z.number().positive().max(86_400)

/** How long a source that is silent, or late, may hold up what waits for it; SPEC.md, W3 and W4. */
const watermarkSchema = z.strictObject({
  idleSeconds: bound
    .optional()
    .describe('A frame comes so soon after its time; without one, time goes on all the same.'),
  skewSeconds: bound
    .optional()
    .describe('It is at most so far behind any other source of the graph.'),
  everySeconds: z.number().min(0.001).max(3600).default(0.1).describe('How often time goes on.'),
})

/** Markers of the session as a stream; SPEC.md, M1 to M4. */
const markerSourceSchema = z.strictObject({
  labels: z
    .record(id, z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]))
    .refine((labels) => Object.keys(labels).length > 0, 'labels: name one kind at least')
    .refine(
      (labels) => !markerChannels.some((name) => name in labels),
      `labels: ${markerChannels.join(' and ')} are channels already`,
    )
    .describe('By the name of a channel: the labels that are 1 in it; * stands for any letters.'),
  from: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Who set them: keyboard, udp, the name of a stream …; * as in labels.'),
  settleSeconds: z
    .number()
    .min(0)
    .max(60)
    .default(0.1)
    .describe('Live, a marker waits so long for one of an earlier time; later ones are left out.'),
})

const sourceSchema = z
  .strictObject({
    help: z.string().optional(),
    stream: z.string().optional(),
    type: z.string().optional(),
    markers: markerSourceSchema.optional(),
    watermark: watermarkSchema.optional(),
  })
  .superRefine(({ stream, type, markers, watermark }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if (!markers) return
    if (stream !== undefined || type !== undefined) {
      refuse('markers: they are a stream of their own; leave out stream and type')
    }
    const { settleSeconds } = markers
    if (watermark?.idleSeconds !== undefined && watermark.idleSeconds <= settleSeconds) {
      refuse(`watermark.idleSeconds must be more than markers.settleSeconds, ${settleSeconds}`)
    }
  })

const graphSpecSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  help: z.string().optional(),
  latencyBudgetMs: z
    .number()
    .positive()
    .max(60_000)
    .optional()
    .describe('Later than this, nodes that declare `degrade` give up something; 100 ms.'),
  /** Values that options take by `{"$parameter": "name"}`, to be set from outside. */
  parameters: z.record(id, parameterSchema).optional(),
  /** Parts to be used by name, as often as wanted. */
  graphs: z.record(id, partSchema).optional(),
  /**
   * Streams that the host binds by these names: the one with this id, else the first of this
   * content type that no other source has, else the first that is left.
   */
  sources: z.record(id, sourceSchema),
  nodes: z.record(id, nodeSchema),
  edges: z.array(edgeSchema),
  /** How it is divided over threads where its nodes do not say; over a recording it is in one. */
  threads: threadsSchema.optional(),
  /** When a live graph runs; over a recording it makes no difference. */
  pacing: pacingSchema.optional(),
  /** Streams that the host takes out, by name. */
  outputs: z.record(id, reference),
})

export type GraphSpec = z.input<typeof graphSpecSchema>
export type Resilience = z.output<typeof resilienceSchema>
export type QueueSettings = z.output<typeof queueSchema>
export type Pacing = z.output<typeof pacingSchema>
export type MarkerSource = z.output<typeof markerSourceSchema>
export type ThreadRule = z.output<typeof threadsSchema>
export type Degrade = z.output<typeof degradeSchema>

export function queueSettings(queue: z.input<typeof queueSchema> = {}): QueueSettings {
  return queueSchema.parse(queue)
}

/** Null for a source that is a stream. */
export function markerSource({ markers }: GraphSpec['sources'][string]): MarkerSource | null {
  return markers ? markerSourceSchema.parse(markers) : null
}

/** Null: nodes run where they say, or where what feeds them runs. */
export function threadRule({ threads }: GraphSpec): ThreadRule | null {
  return threads ? threadsSchema.parse(threads) : null
}

export function pacingOf({ pacing }: GraphSpec): Pacing {
  return pacingSchema.parse(pacing ?? {})
}

/** JSON schema of a graph, for editors. */
export function graphJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(graphSpecSchema, { io: 'input' }) as Record<string, unknown>
}

/**
 * Reads a graph's text: JSON, with comments and trailing commas allowed.
 * @param name of the file, for the message
 * @throws SynapseError graph-invalid, naming line or place
 */
export function readGraphText(text: string, name: string): GraphSpec {
  const errors: ParseError[] = []
  const json: unknown = parse(text, errors, { allowTrailingComma: true })
  const [first] = errors
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length
    const what = printParseErrorCode(first.error)
    throw new SynapseError('graph-invalid', `reading ${name}: line ${line}: ${what}`)
  }
  return parseGraphSpec(json, name)
}

/** @throws SynapseError graph-invalid, naming the place in the JSON */
export function parseGraphSpec(json: unknown, name = 'a graph'): GraphSpec {
  const result = graphSpecSchema.safeParse(json)
  if (result.success) return json as GraphSpec
  const issue = result.error.issues[0]
  const path = issue?.path.join('.') || 'graph'
  throw new SynapseError('graph-invalid', `reading ${name}: ${path}: ${issue?.message}`)
}
