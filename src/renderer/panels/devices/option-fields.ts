/** A driver's options, as the fields of a form: read from the JSON schema that the host sends. */

interface FieldWords {
  /** The option's name in the schema. */
  readonly name: string
  /** As a person reads it. */
  readonly label: string
  readonly help: string
  readonly unit: string
  /** Nothing is a value of its own, and not the default. */
  readonly nullable: boolean
}

export type OptionField = FieldWords &
  (
    | { kind: 'number'; value: number | null; least?: number; most?: number; whole: boolean }
    | { kind: 'boolean'; value: boolean }
    | { kind: 'choice'; value: unknown; choices: readonly (string | number | boolean)[] }
    | { kind: 'text'; value: string }
    | {
        kind: 'list'
        value: readonly string[]
        ofNumbers: boolean
        /** Where only these can be listed. */
        choices?: readonly (string | number | boolean)[]
      }
  )

/** Fields for the options that a form can hold; the others keep their defaults. */
export function optionFields(schema: Record<string, unknown>): OptionField[] {
  const properties = asRecord(schema.properties)
  return Object.entries(properties).flatMap(([name, property]) => {
    const field = fieldOf(name, asRecord(property))
    return field ? [field] : []
  })
}

/** The same field, with what is in force in place of the default. */
export function withValue(field: OptionField, value: unknown): OptionField {
  if (value === undefined) return field
  if (field.kind === 'list')
    return { ...field, value: Array.isArray(value) ? value.map(String) : [] }
  return { ...field, value } as OptionField
}

function fieldOf(name: string, given: Record<string, unknown>): OptionField | undefined {
  const property = withoutNull(given)
  const words: FieldWords = {
    name,
    label: labelOf(name),
    help: typeof given.help === 'string' ? given.help : '',
    unit: typeof given.unit === 'string' ? given.unit : '',
    nullable: property !== given,
  }
  const choices = choicesOf(property)
  const value = given.default
  if (choices) return { ...words, kind: 'choice', choices, value: value ?? choices[0] }
  switch (property.type) {
    case 'boolean':
      return { ...words, kind: 'boolean', value: value === true }
    case 'string':
      return { ...words, kind: 'text', value: typeof value === 'string' ? value : '' }
    case 'array': {
      const items = asRecord(property.items)
      const choices = choicesOf(items)
      const ofNumbers =
        items.type === 'number' ||
        items.type === 'integer' ||
        choices?.every((choice) => typeof choice === 'number') === true
      const ofTexts = items.type === 'string'
      if (!ofNumbers && !ofTexts) return undefined
      const texts = Array.isArray(value) ? value.map(String) : []
      return { ...words, kind: 'list', value: texts, ofNumbers, ...(choices && { choices }) }
    }
    case 'number':
    case 'integer':
      return {
        ...words,
        kind: 'number',
        value: typeof value === 'number' ? value : null,
        ...(typeof property.minimum === 'number' ? { least: property.minimum } : {}),
        ...(typeof property.maximum === 'number' ? { most: property.maximum } : {}),
        whole: property.type === 'integer',
      }
    default:
      return undefined
  }
}

/** What is allowed beside null, where null is. */
function withoutNull(property: Record<string, unknown>): Record<string, unknown> {
  const { anyOf } = property
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return property
  const isNull = (each: unknown) => asRecord(each).type === 'null'
  return anyOf.some(isNull) ? asRecord(anyOf.find((each) => !isNull(each))) : property
}

function choicesOf(property: Record<string, unknown>) {
  const listed = Array.isArray(property.enum)
    ? property.enum
    : Array.isArray(property.anyOf)
      ? property.anyOf.map((each) => asRecord(each).const)
      : undefined
  const simple = (value: unknown): value is string | number | boolean =>
    ['string', 'number', 'boolean'].includes(typeof value)
  return listed?.every(simple) ? listed : undefined
}

const unitEndings = /(Hz|Uv|Ms|Seconds|Kohm)$/

/** `blinksPerMinute` → "Blinks per minute"; `rateHz` → "Rate": the unit stands beside the field. */
export function labelOf(name: string): string {
  const words = name.replace(unitEndings, '').replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  return (words || name).charAt(0).toUpperCase() + (words || name).slice(1).toLowerCase()
}

/** What was typed, as the value that the driver takes. Undefined leaves the default. */
export function typedValue(field: OptionField, text: string): unknown {
  if (field.kind === 'number') {
    if (text.trim() === '') return field.nullable ? null : undefined
    return Number(text)
  }
  if (field.kind === 'list') {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
    return field.ofNumbers ? parts.map(Number) : parts
  }
  return text
}

/** As `typedValue`, of every kind of field. */
export function parsed(field: OptionField, text: string): unknown {
  if (field.kind === 'boolean') return text === 'true'
  if (field.kind === 'choice') return field.choices.find((choice) => String(choice) === text)
  return typedValue(field, text)
}

export function textOf(field: OptionField): string {
  if (field.kind === 'list') return field.value.join(', ')
  return field.value === null ? '' : String(field.value)
}

/** "1 to 1,024", where the schema sets limits that are worth telling. */
export function limitsOf(field: OptionField): string {
  if (field.kind !== 'number' || field.least === undefined || field.most === undefined) return ''
  if (field.most > 1e6) return ''
  return `${field.least.toLocaleString('en-US')} to ${field.most.toLocaleString('en-US')}`
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value ? (value as Record<string, unknown>) : {}
}

/** What to type in place of what was typed; empty where that can be sent. The host has the last word. */
export function problemOf(field: OptionField, text: string): string {
  const value = parsed(field, text)
  if (field.kind === 'number' && value !== null && value !== undefined) {
    return numberProblem(field, value as number)
  }
  if (field.kind !== 'list') return ''
  const { ofNumbers, choices } = field
  const values = value as readonly (string | number)[]
  if (choices && !values.every((each) => choices.includes(each))) {
    return `Type ${choices.join(', ')}, or several of these with commas between them.`
  }
  return ofNumbers && values.some(Number.isNaN) ? 'Type numbers with commas between them.' : ''
}

function numberProblem(field: OptionField & { kind: 'number' }, value: number): string {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, whole } = field
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return ''
  const what = whole ? 'a whole number' : 'a number'
  const limits = limitsOf(field)
  return limits ? `Type ${what}, ${limits}.` : `Type ${what}.`
}

/** Of fields that hold what cannot be sent, by name. */
export function problemsOf(
  fields: readonly OptionField[],
  typed: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  for (const field of fields) {
    const problem = problemOf(field, typed[field.name] ?? textOf(field))
    if (problem) problems.set(field.name, problem)
  }
  return problems
}
