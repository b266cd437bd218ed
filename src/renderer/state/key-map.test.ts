import { describe, expect, it } from 'vitest'
import { bindingFor, type KeyPress, keyBindings } from './key-map.ts'

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, repeat: false, ctrlKey: false, altKey: false, metaKey: false, ...more }
}

describe('the keys', () => {
  it('mean one thing each', () => {
    const all = keyBindings.flatMap(({ keys }) => keys)
    expect(new Set(all).size).toBe(all.length)
  })

  it('pause with Space, mark with M, record with R, explain with ?', () => {
    expect(bindingFor(press(' '), 'none')?.does).toMatch(/^Pause/)
    expect(bindingFor(press('M'), 'none')?.does).toMatch(/^Mark/)
    expect(bindingFor(press('r'), 'none')?.does).toMatch(/recording/)
    expect(bindingFor(press('?'), 'none')?.does).toMatch(/keys/)
  })

  it('are letters while a name is typed', () => {
    expect(bindingFor(press('r'), 'typing')).toBeUndefined()
    expect(bindingFor(press(' '), 'typing')).toBeUndefined()
  })

  it('leave Space and Enter to the button that has the focus', () => {
    expect(bindingFor(press(' '), 'control')).toBeUndefined()
    expect(bindingFor(press('m'), 'control')?.shown).toBe('M')
  })

  it('leave arrows and digits to a list, but still mark and record', () => {
    expect(bindingFor(press('ArrowDown'), 'list')).toBeUndefined()
    expect(bindingFor(press('5'), 'list')).toBeUndefined()
    expect(bindingFor(press('m'), 'list')?.shown).toBe('M')
  })

  it('leave the shortcuts of browser and system alone', () => {
    expect(bindingFor(press('r', { ctrlKey: true }), 'none')).toBeUndefined()
    expect(bindingFor(press('1', { altKey: true }), 'none')).toBeUndefined()
  })

  it('do not start and stop a recording while R is held down', () => {
    expect(bindingFor(press('r', { repeat: true }), 'none')).toBeUndefined()
    expect(bindingFor(press('ArrowDown', { repeat: true }), 'none')).toBeDefined()
  })
})
