/** What a user has arranged and finds again after a restart. */
import { type ViewSettings, viewSettingsSchema } from '../../contract/index.ts'
import { type ElectrodeKind, electrodeKinds } from '../../signal/index.ts'
import { scaleSteps, timeBases } from '../frames/steps.ts'

export const themes = ['system', 'dark', 'light', 'contrast'] as const
export type Theme = (typeof themes)[number]

/** The part of the host's view that a user chooses; the bin rate follows from the window. */
export type Filters = Omit<ViewSettings, 'binRateHz' | 'montage'>

export interface Preferences {
  readonly theme: Theme
  readonly secondsPerScreen: number
  readonly microvoltsPerDivision: number
  readonly negativeUp: boolean
  readonly markLabel: string
  /** What an impedance is judged by. */
  readonly electrodes: ElectrodeKind
  /** The panel in the centre, by its id. */
  readonly centre: string
  readonly devicesOpen: boolean
  readonly inspectorOpen: boolean
  readonly devicesWidth: number
  readonly inspectorWidth: number
  /** Null until the user has chosen: then the host's own stand. */
  readonly filters: Filters | null
}

export const panelWidths = { least: 220, most: 480 } as const

const firstTime: Preferences = {
  theme: 'system',
  secondsPerScreen: 10,
  microvoltsPerDivision: 100,
  negativeUp: false,
  markLabel: 'event',
  electrodes: 'wet',
  centre: 'live',
  devicesOpen: true,
  inspectorOpen: true,
  devicesWidth: 264,
  inspectorWidth: 264,
  filters: null,
}

const filtersSchema = viewSettingsSchema.omit({ binRateHz: true, montage: true })

/** Reads what was kept; a value that is not as it should be falls back on its own. */
export function readPreferences(text: string | null): Preferences {
  const kept = parseObject(text)
  const filters = filtersSchema.safeParse(kept.filters)
  return {
    theme: oneOf(themes, kept.theme, firstTime.theme),
    secondsPerScreen: oneOf(timeBases, kept.secondsPerScreen, firstTime.secondsPerScreen),
    microvoltsPerDivision: oneOf(
      scaleSteps,
      kept.microvoltsPerDivision,
      firstTime.microvoltsPerDivision,
    ),
    negativeUp: asBoolean(kept.negativeUp, firstTime.negativeUp),
    markLabel:
      typeof kept.markLabel === 'string' && kept.markLabel.trim()
        ? kept.markLabel.slice(0, 200)
        : firstTime.markLabel,
    electrodes: oneOf(electrodeKinds, kept.electrodes, firstTime.electrodes),
    centre: typeof kept.centre === 'string' ? kept.centre : firstTime.centre,
    devicesOpen: asBoolean(kept.devicesOpen, firstTime.devicesOpen),
    inspectorOpen: asBoolean(kept.inspectorOpen, firstTime.inspectorOpen),
    devicesWidth: asWidth(kept.devicesWidth, firstTime.devicesWidth),
    inspectorWidth: asWidth(kept.inspectorWidth, firstTime.inspectorWidth),
    filters: filters.success ? filters.data : firstTime.filters,
  }
}

function parseObject(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function oneOf<T>(allowed: readonly T[], value: unknown, otherwise: T): T {
  return allowed.includes(value as T) ? (value as T) : otherwise
}

function asBoolean(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise
}

function asWidth(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? clampWidth(value) : otherwise
}

export function clampWidth(pixels: number): number {
  return Math.round(Math.min(panelWidths.most, Math.max(panelWidths.least, pixels)))
}
