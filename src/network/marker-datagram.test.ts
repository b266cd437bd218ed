import { expect, test } from 'vitest'
import { readMarker } from './marker-datagram.ts'

const read = (text: string | Uint8Array) =>
  readMarker(typeof text === 'string' ? new TextEncoder().encode(text) : text, 812.5, 'udp')

test('a plain text is a marker at the time of its arrival', () => {
  expect(read(' target left \n')).toEqual({
    time: 812.5,
    label: 'target left',
    durationSeconds: 0,
    source: 'udp',
  })
})

test('JSON may say value, duration, time and source', () => {
  const said = { label: 'go', value: 3, durationSeconds: 0.5, time: 811.25, source: 'task' }
  expect(read(JSON.stringify(said))).toEqual({ ...said, source: 'udp/task' })
  expect(read('{"value": 7}')).toMatchObject({ label: '7', value: 7, time: 812.5 })
})

test.each([
  ['', /empty/],
  ['x'.repeat(201), /longer/],
  ['{"label": ', /JSON/],
  ['{}', /no label/],
  ['{"label": "go", "durationSeconds": -1}', /durationSeconds/],
  ['{"label": "go", "nonsense": 1}', /nonsense/],
  ['{"label": "go", "time": 900}', /time 900/],
  ['{"label": "go", "time": 1700000000}', /clock/],
  ['{"label": "go", "time": 700}', /clock/],
])('%j is refused, and why', (text, why) => {
  expect(read(text)).toMatch(why)
})

test('bytes of all kinds are a text or a reason, and never thrown over', () => {
  let state = 1
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647
  for (let i = 0; i < 1e4; i++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 40) }, () => random() * 256)
    if (i % 2) bytes[0] = '{'.charCodeAt(0)
    const marker = read(bytes)
    if (typeof marker !== 'string') expect(marker.label).toMatch(/\S/)
  }
})
