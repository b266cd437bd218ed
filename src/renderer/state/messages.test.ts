import { describe, expect, it } from 'vitest'
import { recordingMessage, say } from './messages.ts'
import { Store } from './store.ts'
import type { Message } from './workbench.ts'

describe('messages of this window', () => {
  it('are not repeated, and the newest stands last', () => {
    const messages = new Store<readonly Message[]>([])
    const first = { level: 'fault', about: 'a', text: 'one', remedy: '' } as const
    say(messages, first)
    say(messages, { ...first, text: 'two' })
    say(messages, first)
    expect(messages.get().map(({ text, number }) => [text, number])).toEqual([
      ['two', 2],
      ['one', 3],
    ])
  })

  it('tell what a recording holds and what it lacks', () => {
    const message = recordingMessage({
      path: '/data/run.xdf',
      paths: ['/data/run.xdf'],
      bytes: 5_200_000,
      seconds: 751,
      ledger: { expected: 188_010, received: 188_009, lost: 1 },
    })
    expect(message.level).toBe('warning')
    expect(message.about).toBe('run.xdf')
    expect(message.text).toBe('Written: 00:12:31, 188,009 of 188,010 samples, 1 lost, 5.20 MB.')
  })
})
