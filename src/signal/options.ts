/**
 * One options schema per plug-in: type, default, range, unit and one line of help. Parsed once at
 * the door; the settings form, the reference page and the check of a graph are made from it.
 */
import { z } from 'zod'
import { SynapseError } from './errors.ts'

export type OptionsSchema<O> = z.ZodType<O>

/** What a form or a reference page needs to know of one option beside its JSON schema. */
export interface OptionMeta {
  readonly help: string
  readonly unit?: string
  /** Can be changed while the device is open, without another stream. */
  readonly live?: true
  readonly [key: string]: unknown
}

/** Attaches help and unit to an option, so that they travel into its JSON schema. */
export function option<T extends z.ZodType>(schema: T, meta: OptionMeta): T {
  return schema.meta({ ...meta }) as T
}

/**
 * Parses `raw` or throws `bad-option`, naming plug-in, option, value and what is allowed.
 * Options that the schema does not know are refused, not ignored.
 */
export function parseOptions<O>(plugin: string, schema: OptionsSchema<O>, raw: unknown): O {
  const result = schema.safeParse(raw ?? {})
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path.join('.') || '(options)'
  throw new SynapseError(
    'bad-option',
    `configuring ${plugin}: ${describe(issue, path, raw)}`,
    issue?.code === 'unrecognized_keys' ? { remedy: knownOptions(plugin, schema) } : {},
  )
}

function describe(issue: z.core.$ZodIssue | undefined, path: string, raw: unknown): string {
  if (!issue) return 'invalid options'
  if (issue.code === 'unrecognized_keys') return `unknown option ${issue.keys.join(', ')}`
  const value = JSON.stringify(valueAt(raw, issue.path))
  return `option ${path} = ${value}: ${issue.message}`
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], raw)
}

function knownOptions(plugin: string, schema: z.ZodType): string {
  const properties = z.toJSONSchema(schema, { io: 'input' }).properties ?? {}
  const names = Object.keys(properties)
  return names.length ? `${plugin} takes: ${names.join(', ')}.` : `${plugin} takes no options.`
}

/** JSON schema of the options, for forms and reference pages. */
export function optionsJsonSchema(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>
}

/** The options that can be changed while the device is open. */
export function liveOptions(schema: z.ZodType): string[] {
  const { properties = {} } = optionsJsonSchema(schema)
  return Object.entries(properties as Record<string, OptionMeta>)
    .filter(([, { live }]) => live === true)
    .map(([name]) => name)
}
