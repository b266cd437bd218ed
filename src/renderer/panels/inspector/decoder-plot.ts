/** The last half minute of a decoder's answers, with the threshold above which one is an event. */
import { type FeatureStream, pastSeconds } from '../../frames/feature-stream.ts'

export function drawPast(canvas: HTMLCanvasElement, feature: FeatureStream): void {
  const { clientWidth: width, clientHeight: height } = canvas
  const ratio = window.devicePixelRatio
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio)
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')!
  const style = getComputedStyle(canvas)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  const { threshold } = feature.stream
  const yOf = (value: number) => height - 2 - Math.min(1, Math.max(0, value)) * (height - 4)
  if (threshold !== undefined) {
    context.strokeStyle = colour('--warning')
    context.setLineDash([4, 3])
    context.beginPath()
    context.moveTo(0, Math.round(yOf(threshold)) + 0.5)
    context.lineTo(width, Math.round(yOf(threshold)) + 0.5)
    context.stroke()
    context.setLineDash([])
  }
  context.strokeStyle = colour('--trace')
  context.lineJoin = 'round'
  context.beginPath()
  tracePast(context, feature, width, yOf)
  context.stroke()
}

/** No line joins answers that are more than two periods apart. */
function tracePast(
  context: CanvasRenderingContext2D,
  { time, first, end, capacity, stream }: FeatureStream,
  width: number,
  yOf: (value: number) => number,
): void {
  if (end === 0) return
  const now = time[(end - 1) % capacity]!
  const longestStep = stream.rateHz > 0 ? 2.5 / stream.rateHz : pastSeconds
  let before = Number.NEGATIVE_INFINITY
  for (let i = Math.max(0, end - capacity); i < end; i++) {
    const at = time[i % capacity]!
    if (at < now - pastSeconds) continue
    const x = width - ((now - at) / pastSeconds) * width
    const y = yOf(first[i % capacity]!)
    if (at - before > longestStep) context.moveTo(x, y)
    else context.lineTo(x, y)
    before = at
  }
}
