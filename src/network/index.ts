/** Streams and markers from and to other programs over the network: sockets and codecs. */
export { endpointText, readEndpoint } from './endpoint.ts'
export {
  framesText,
  markerText,
  readStreamMessage,
  type StreamMessage,
  streamText,
} from './json-frames.ts'
export { readMarker } from './marker-datagram.ts'
export { OscBundle, type OscValue, oscAddress, readOsc } from './osc.ts'
export { type Outgoing, openBroadcast, openDatagrams } from './outgoing.ts'
export { systemNetwork } from './system-network.ts'
