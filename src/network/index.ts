/** Streams and markers from and to other programs over the network: sockets and codecs. */
export { endpointText, readEndpoint } from './endpoint.ts'
export { readMarker } from './marker-datagram.ts'
export { systemNetwork } from './system-network.ts'
