/** What axe-core, the common judge of WCAG 2.2, says of a page as it stands. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

type Axe = typeof import('axe-core')

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const everyRule = {
  type: 'tag' as const,
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}
const colourRule = { type: 'rule' as const, values: ['color-contrast'] }

/** @returns a line for every element that breaks a rule, of whatever weight, in these themes */
export async function violations(
  page: Page,
  themes: readonly ('dark' | 'light')[] = ['dark', 'light'],
): Promise<string[]> {
  const all: string[] = []
  // Evaluated, not added as a script: the page's policy allows none but its own.
  await page.evaluate(`${source};0`)
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme })
    await page.locator(`html[data-theme=${theme}]`).waitFor()
    // Another theme has other colours, and nothing else.
    const runOnly = theme === themes[0] ? everyRule : colourRule
    const found = await page.evaluate(async (only) => {
      const { axe } = globalThis as unknown as { axe: Axe }
      const { violations } = await axe.run(document, {
        resultTypes: ['violations'],
        runOnly: only,
      })
      return violations.flatMap(({ id, impact, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html} ${failureSummary}`),
      )
    }, runOnly)
    all.push(...found.filter((line) => !isMeant(line)).map((line) => `${theme} ${line}`))
  }
  return all
}

function isMeant(line: string): boolean {
  // What scrolls beneath a button that stays is free again as soon as it has the focus.
  if (line.includes('partially obscured')) return true
  // A box of a graph is named without its rates: they would be read out without an end.
  return line.includes('label-content-name-mismatch') && line.includes('role="option"')
}
