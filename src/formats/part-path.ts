/** A recording in several files: `rest.xdf`, `rest_part-2.xdf`, `rest_part-3.xdf` … */

const pattern = /^(.*?)(?:_part-([1-9]\d*))?(\.[^./\\]+)$/s

/** @returns 1 for a recording that is in one file */
export function partNumber(path: string): number {
  return Number(pattern.exec(path)?.[2] ?? 1)
}

/** Where another part of the same recording lies. */
export function partPath(path: string, part: number): string {
  const [, stem = path, , ending = ''] = pattern.exec(path) ?? []
  return part === 1 ? `${stem}${ending}` : `${stem}_part-${part}${ending}`
}
