/** Every node there is: a folder and a line here. */
import type { NodeDefinition } from '../signal/index.ts'
import { bandPower } from './band-power/index.ts'
import { blinkRemoval } from './blink-removal/index.ts'
import { calibrate } from './calibrate/index.ts'
import { displayEnvelope } from './display-envelope/index.ts'
import { filterIir } from './filter-iir/index.ts'
import { infer } from './infer/index.ts'
import { quality } from './quality/index.ts'
import { select } from './select/index.ts'

const definitions: readonly NodeDefinition[] = [
  calibrate,
  select,
  filterIir,
  blinkRemoval,
  bandPower,
  quality,
  infer,
  displayEnvelope,
]

export const nodeCatalog: ReadonlyMap<string, NodeDefinition> = new Map(
  definitions.map((definition) => [definition.id, definition]),
)
