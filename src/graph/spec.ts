/**
 * A pipeline as data: what a person reads, an editor draws and every host runs alike.
 * `a.b` names port `b` of node `a`; a source or a node with one port needs no `.port`.
 */
import { z } from 'zod'
import { SynapseError } from '../signal/index.ts'

const id = z
  .string()
  .regex(/^[A-Za-z][\w-]*$/, 'an id starts with a letter; then letters, digits, - and _')
const reference = z
  .string()
  .regex(/^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)?$/, 'a reference is "node" or "node.port"')

const graphSpecSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** Streams that the host binds by these names. */
  sources: z.record(id, z.strictObject({ help: z.string().optional() })),
  nodes: z.record(
    id,
    z.strictObject({ node: z.string(), options: z.record(z.string(), z.unknown()).optional() }),
  ),
  edges: z.array(z.strictObject({ from: reference, to: reference })),
  /** Streams that the host takes out, by name. */
  outputs: z.record(id, reference),
})

export type GraphSpec = z.infer<typeof graphSpecSchema>

/** @throws SynapseError graph-invalid, naming the place in the JSON */
export function parseGraphSpec(json: unknown): GraphSpec {
  const result = graphSpecSchema.safeParse(json)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path.join('.') || 'graph'
  throw new SynapseError('graph-invalid', `reading a graph: ${path}: ${issue?.message}`)
}
