import { expect, test } from 'vitest'
import { endpointText, parseEndpoint } from './endpoint.ts'

test.each([
  ['9000', { host: '127.0.0.1', port: 9000 }],
  [' 10.0.0.5:0 ', { host: '10.0.0.5', port: 0 }],
  ['studio.local:57120', { host: 'studio.local', port: 57120 }],
  ['[::1]:9000', { host: '::1', port: 9000 }],
])('%j is an address', (text, endpoint) => {
  expect(parseEndpoint(text)).toEqual(endpoint)
  expect(parseEndpoint(endpointText(endpoint))).toEqual(endpoint)
})

test.each(['', 'here', ':9000', '10.0.0.5', '10.0.0.5:', 'a b:1', '127.0.0.1:65536', '::1:9000'])(
  '%j is none',
  (text) => expect(parseEndpoint(text)).toBeNull(),
)
