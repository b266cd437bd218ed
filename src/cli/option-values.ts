/** Texts of the command line as the values that a plug-in's options schema asks for. */

type JsonSchema = Readonly<Record<string, unknown>>

/** The value as the option's type wants it; the text itself where that cannot be. */
export function optionValue(schema: JsonSchema, name: string, text: string): unknown {
  const properties = schema.properties as Record<string, JsonSchema> | undefined
  const property = properties?.[name]
  return property ? typedValue(property, text) : text
}

function typedValue(schema: JsonSchema, text: string): unknown {
  const types = typesOf(schema)
  if (types.has('array')) {
    const items = (schema.items ?? {}) as JsonSchema
    return text.split(',').map((item) => typedValue(items, item))
  }
  if ((types.has('number') || types.has('integer')) && text.trim() !== '') {
    const value = Number(text)
    if (!Number.isNaN(value)) return value
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.has('null') && text === 'null') return null
  return text
}

function typesOf(schema: JsonSchema): Set<string> {
  const types = new Set<string>()
  for (const type of [schema.type].flat()) if (typeof type === 'string') types.add(type)
  if ('const' in schema) types.add(typeof schema.const)
  for (const each of (schema.anyOf as JsonSchema[] | undefined) ?? []) {
    for (const type of typesOf(each)) types.add(type)
  }
  return types
}

/** The options of a plug-in as options of `parseArgs`: `--unplugAt 3`, `--unplug-at 3`, `--loop`. */
export function cliOptions(schema: JsonSchema) {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  return Object.fromEntries(
    properties.flatMap(([name, property]) => {
      const type = typesOf(property).has('boolean') ? ('boolean' as const) : ('string' as const)
      return [name, kebab(name)].map((each) => [each, { type }] as const)
    }),
  )
}

/** Back from what `parseArgs` found to the names and types of the schema. */
export function givenOptions(
  schema: JsonSchema,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = Object.keys((schema.properties ?? {}) as object)
  const given: Record<string, unknown> = {}
  for (const name of names) {
    const value = values[name] ?? values[kebab(name)]
    if (typeof value === 'string') given[name] = optionValue(schema, name, value)
    else if (value !== undefined) given[name] = value
  }
  return given
}

/** One line of help for each option, named as in JSON, or as a flag of the command line. */
export function optionLines(schema: JsonSchema, as: 'json' | 'flag' = 'flag'): [string, string][] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  return properties.map(([name, { help, unit, default: usual, type }]) => {
    const measure = as === 'json' ? (unit ?? '') : type === 'boolean' ? '' : `${unit ?? 'VALUE'}`
    const byDefault = usual === undefined ? '' : ` (default ${JSON.stringify(usual)})`
    const named = as === 'json' ? name : `--${kebab(name)}`
    return [`${named} ${measure}`.trim(), `${help ?? ''}${byDefault}`]
  })
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
