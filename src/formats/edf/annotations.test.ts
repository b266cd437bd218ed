import { describe, expect, it } from 'vitest'
import { readAnnotations } from './annotations.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')

describe('annotation lists, as the EDF+ specification has them', () => {
  it('the time-keeping list, one with a duration, several texts at one onset', () => {
    const text =
      '+567\x14\x14\0' +
      '+180\x14Lights off\x14Close door\x14\0' +
      '+1800.2\x1525.5\x14Apnea\x14\0' +
      '-0.065\x14Pre-stimulus\x14\0\0\0\0'
    expect(readAnnotations(bytes(text))).toEqual({
      damaged: 0,
      annotations: [
        { onset: 567, durationSeconds: 0, texts: [''] },
        { onset: 180, durationSeconds: 0, texts: ['Lights off', 'Close door'] },
        { onset: 1800.2, durationSeconds: 25.5, texts: ['Apnea'] },
        { onset: -0.065, durationSeconds: 0, texts: ['Pre-stimulus'] },
      ],
    })
  })

  it('a text that is no UTF-8 is taken as Latin-1', () => {
    const latin1 = Buffer.concat([
      bytes('+1\x14'),
      Buffer.from('größer', 'latin1'),
      bytes('\x14\0'),
    ])
    expect(readAnnotations(latin1).annotations[0]!.texts).toEqual(['größer'])
  })

  it.each(['1e5\x14x\x14', '+1', '+\x14x\x14', '+1\x15\x14x\x14', '+1\x15y\x14x\x14', '++1\x14'])(
    'counts %j as damaged',
    (list) => {
      expect(readAnnotations(bytes(`${list}\0`))).toEqual({ annotations: [], damaged: 1 })
    },
  )

  it('a list that the end of the record cuts off keeps its text', () => {
    expect(readAnnotations(bytes('+1\x14half a te')).annotations[0]!.texts).toEqual(['half a te'])
  })
})
