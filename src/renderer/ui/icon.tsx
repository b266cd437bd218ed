/** The few signs of the interface, drawn on a 16-pixel square in the colour of the text. */

const strokes = {
  chevron: 'M4.5 6.5 8 10l3.5-3.5',
  up: 'M4.5 9.5 8 6l3.5 3.5',
  close: 'm4.5 4.5 7 7m0-7-7 7',
  look: 'M12.5 8A4.5 4.5 0 1 1 11 4.7M11.3 2v3h-3',
  options: 'M3 5h4m4 0h2M3 11h2m4 0h4M9 3.2v3.6M7 9.2v3.6',
  panelLeft: 'M2.5 3.5h11v9h-11zM6.5 3.5v9',
  panelRight: 'M2.5 3.5h11v9h-11zM9.5 3.5v9',
  flag: 'M4.5 14V2.5h7l-2 3 2 3h-7',
  check: 'm3.5 8.5 3 3 6-7',
  opening: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  info: 'M8 7.2v4M8 4.6v.6M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Z',
  hollow: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
} as const

const shapes = {
  disc: 'M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z',
  square: 'M4 4h8v8H4z',
  pause: 'M4.5 3.5h2.5v9H4.5zM9 3.5h2.5v9H9z',
  play: 'M5 3v10l8-5z',
  triangle: 'M8 2.2 14.6 13.6H1.4L8 2.2Zm-.7 4v3.6h1.4V6.2H7.3Zm0 4.6v1.4h1.4v-1.4H7.3Z',
  fault: 'M2.5 2.5h11v11h-11v-11Zm4.8 2v4.4h1.4V4.5H7.3Zm0 5.6v1.4h1.4v-1.4H7.3Z',
} as const

export type IconName = keyof typeof strokes | keyof typeof shapes

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  const filled = name in shapes
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={filled ? shapes[name as keyof typeof shapes] : strokes[name as keyof typeof strokes]}
        fill={filled ? 'currentColor' : 'none'}
        fillRule="evenodd"
        stroke={filled ? 'none' : 'currentColor'}
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
