/**
 * Where the electrodes of the 10-20 and 10-10 systems lie on a sphere, X right, Y front, Z up, by
 * the systems' own construction and not from a table: Cz on top, 23° for every tenth of the way
 * over the head, the ring through Fpz, T7, Oz and T8 parted into tenths, and every row across
 * parted into equal angles along the circle through its two ends and its middle. A head is not a
 * sphere: the places of a real cap differ by a few degrees.
 * Oostenveld & Praamstra (2001), The five percent electrode system.
 */
export type Direction = readonly [x: number, y: number, z: number]

/** A tenth of the arc over the head, from nasion to inion or from ear to ear. */
const tenth = (23 * Math.PI) / 180
const ringAngle = 4 * tenth
const lowerAngle = 5 * tenth

/** Rows from front to back: their names, and tenths of the ring from the front. */
const rows = [
  { name: 'AF', middle: -3, side: 2 },
  { name: 'F', middle: -2, side: 3 },
  { name: 'FC', edge: 'FT', middle: -1, side: 4 },
  { name: 'C', edge: 'T', middle: 0, side: 5 },
  { name: 'CP', edge: 'TP', middle: 1, side: 6 },
  { name: 'P', middle: 2, side: 7 },
  { name: 'PO', middle: 3, side: 8 },
] as const

const ringOnly = [
  { name: 'FP', side: 1 },
  { name: 'O', side: 9 },
] as const

/** Names from before 1991. */
const formerNames = { T3: 'T7', T4: 'T8', T5: 'P7', T6: 'P8' } as const

/** The direction of an electrode from the centre of the head, by its name in upper case. */
export function tenTenDirection(electrode: string): Direction | undefined {
  return directions.get(electrode)
}

function onSphere(fromTop: number, fromFront: number, side: -1 | 1): Direction {
  const level = Math.sin(fromTop)
  return [side * level * Math.sin(fromFront), level * Math.cos(fromFront), Math.cos(fromTop)]
}

/** Along the midline; negative is the front. */
function onMidline(tenths: number): Direction {
  return [0, -Math.sin(tenths * tenth), Math.cos(tenths * tenth)]
}

function build(): ReadonlyMap<string, Direction> {
  const found = new Map<string, Direction>()
  const sides = [
    { side: -1, odd: 1 },
    { side: 1, odd: 0 },
  ] as const
  const ringStep = Math.PI / 10
  found.set('NZ', onMidline(-5)).set('FPZ', onMidline(-4))
  found.set('OZ', onMidline(4)).set('IZ', onMidline(5))
  for (const { name, middle } of rows) found.set(`${name}Z`, onMidline(middle))
  for (const { side, odd } of sides) {
    for (const { name, side: at } of ringOnly) {
      found.set(`${name}${2 - odd}`, onSphere(ringAngle, at * ringStep, side))
      found.set(`${name}${10 - odd}`, onSphere(lowerAngle, at * ringStep, side))
    }
    for (const row of rows) {
      const edge = 'edge' in row ? row.edge : row.name
      const end = onSphere(ringAngle, row.side * ringStep, side)
      for (let k = 1; k <= 4; k++) {
        const name = k === 4 ? edge : row.name
        found.set(`${name}${2 * k - odd}`, along(onMidline(row.middle), end, k / 4))
      }
      const lower = onSphere(lowerAngle, row.side * ringStep, side)
      found.set(`${edge}${10 - odd}`, lower)
    }
    // Ear lobe and mastoid lie below the lower ring, beside and behind the ear.
    found.set(`A${2 - odd}`, onSphere(lowerAngle + 0.1, Math.PI / 2, side))
    found.set(`M${2 - odd}`, onSphere(lowerAngle + 0.1, 6 * ringStep, side))
  }
  for (const [former, name] of Object.entries(formerNames)) found.set(former, found.get(name)!)
  return found
}

/**
 * `share` of the way from the row's middle to its end, along the circle through both and the other
 * end, which is the mirror image: its plane holds the X axis, so that a turn around the plane's
 * normal through the circle's centre does it.
 */
function along(middle: Direction, end: Direction, share: number): Direction {
  // In the plane of symmetry the circle's centre lies on the chord's foot, away from the middle.
  const across = [0, end[1] - middle[1], end[2] - middle[2]]
  const depth = Math.hypot(across[1]!, across[2]!)
  const half = Math.abs(end[0])
  if (depth < 1e-12) return end
  const radius = (depth * depth + half * half) / (2 * depth)
  const angle = share * Math.atan2(half, radius - depth)
  const inward = (radius * (1 - Math.cos(angle))) / depth
  return [
    Math.sign(end[0]) * radius * Math.sin(angle),
    middle[1] + across[1]! * inward,
    middle[2] + across[2]! * inward,
  ]
}

const directions = build()
