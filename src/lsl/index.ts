/** LSL, the lab streaming layer: streams to and from every program that speaks it, by liblsl. */
export { type DescriptionElement, type Outlet, type OutletShape, outletMaker } from './outlet.ts'
export { lslTransport } from './transport.ts'
