import { describe, expect, it } from 'vitest'
import { sidesShown, sideToggled } from './side-panels.ts'

const wide = 1280
const narrow = 640
const sides = {
  devicesOpen: true,
  inspectorOpen: true,
  devicesWidth: 264,
  inspectorWidth: 264,
}

describe('the panels at the sides', () => {
  it('are both there where the traces keep enough room', () => {
    expect(sidesShown(wide, sides)).toEqual({ devices: true, inspector: true })
    expect(sideToggled(wide, sides, 'inspector')).toEqual({ inspectorOpen: false })
    expect(sideToggled(wide, { ...sides, devicesOpen: false }, 'devices')).toEqual({
      devicesOpen: true,
    })
  })

  it('take turns where they do not', () => {
    expect(sidesShown(narrow, sides)).toEqual({ devices: true, inspector: false })
    const asked = { ...sides, ...sideToggled(narrow, sides, 'inspector') }
    expect(sidesShown(narrow, asked)).toEqual({ devices: false, inspector: true })
    const back = { ...asked, ...sideToggled(narrow, asked, 'devices') }
    expect(sidesShown(narrow, back)).toEqual({ devices: true, inspector: false })
    const away = { ...back, ...sideToggled(narrow, back, 'devices') }
    expect(sidesShown(narrow, away)).toEqual({ devices: false, inspector: false })
  })
})
