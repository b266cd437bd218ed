/** The calls about graphs and what their nodes refused. */
import { z } from 'zod'
import {
  graphLookSchema,
  graphPlanSchema,
  graphProblemSchema,
  letterListSchema,
  letterValuesSchema,
  libraryGraphSchema,
} from './graph.ts'

const graphId = z.string().max(1000)
/** As somebody writes it: JSON with comments. */
const text = z.string().max(200_000)
const nodeOf = z.strictObject({ graph: graphId, node: z.string().max(1000) })

export const graphMethods = {
  /**
   * How a graph is made and how it goes, asked for several times a second while it is looked at.
   * `id`: null for the first one; `revision`: of the shape that the caller has.
   */
  'graph.look': {
    params: z.strictObject({ id: graphId.nullable(), revision: z.int().nullable() }),
    result: graphLookSchema,
  },
  /** The graphs that came along with the program. */
  'graph.library': {
    params: z.strictObject({}),
    result: z.object({ graphs: z.array(libraryGraphSchema) }),
  },
  /** What is wrong with it, or what would become of every node. Nothing that runs is touched. */
  'graph.check': {
    params: z.strictObject({ id: graphId.nullable(), text }),
    result: z.object({
      problem: graphProblemSchema.nullable(),
      plan: graphPlanSchema.nullable(),
    }),
  },
  /** At the next chunk, in the place of `id`, or beside the others; refused, what ran runs on. */
  'graph.apply': {
    params: z.strictObject({ id: graphId.nullable(), text }),
    result: z.object({ id: z.string() }),
  },
  /** Back to what it was before the last change. */
  'graph.undo': { params: z.strictObject({ id: graphId }), result: z.object({}) },
  'graph.close': { params: z.strictObject({ id: graphId }), result: z.object({}) },
  /** Runs what ran before the program began anew or a device was closed, without its past. */
  'graph.again': { params: z.strictObject({ id: graphId }), result: z.object({}) },
  /** What is left out stays. */
  'graph.wish': {
    params: z.strictObject({
      id: graphId,
      /** It begins with the program, as soon as the streams that it read are there. */
      startsAlone: z.boolean().optional(),
      /** Its outputs are in every recording. */
      isRecorded: z.boolean().optional(),
    }),
    result: z.object({}),
  },
  /** An output in the live view, or not any more. */
  'graph.show': {
    params: z.strictObject({ id: graphId, output: z.string().max(1000), isShown: z.boolean() }),
    result: z.object({}),
  },
  /** One that does not run is not kept any more. */
  'graph.forget': { params: z.strictObject({ id: graphId }), result: z.object({}) },
  /** What a node has refused since the host began, the newest first. */
  'deadLetters.list': { params: nodeOf, result: letterListSchema },
  'deadLetters.show': {
    params: z.strictObject({ number: z.int() }),
    result: letterValuesSchema,
  },
  /** All letters of a node, also those of earlier days, into a folder beside the recordings. */
  'deadLetters.export': {
    params: nodeOf,
    result: z.object({ path: z.string(), letters: z.int() }),
  },
} as const
