/** The window for those who do not see it well, do not see it, or do not use a mouse. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { soundRecording } from '../sound-recording.ts'
import { violations } from './accessible.ts'
import { emulatedCyton, startSynapse } from './synapse.ts'
import { openBrowser, openPage, picture, untilColumns } from './window.ts'

async function served(...options: string[]) {
  const folder = scratchFolder()
  const host = startSynapse('serve', '--port', '0', '--folder', folder.path('.'), ...options)
  const line = await host.line((each) => each.includes('http://'))
  return { folder, host, url: line.replace(/.*(http:\S+).*/, '$1') }
}

const tab = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).first().click()

test('no panel breaks a rule: empty, streaming, recording, wrong, and away, dark and light', async () => {
  const board = scratchFolder()
  const emulated = await emulatedCyton(board.path('port'))
  const { folder, host, url } = await served()
  const { page } = await openPage(await openBrowser(), url)
  page.setDefaultTimeout(60_000)
  const judged = async (state: string) => {
    expect(await violations(page), state).toEqual([])
  }
  await page.getByRole('button', { name: 'Connect Synthetic board' }).waitFor()
  for (const panel of ['Live', 'Graph', 'Sessions', 'Review']) {
    await tab(page, panel)
    await judged(`${panel}, empty`)
  }
  await page.getByRole('textbox', { name: 'Recording to look at' }).fill('nothing-here.xdf')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('alert').filter({ hasText: 'nothing-here.xdf' }).waitFor()
  await judged('Review, refused')

  await page.getByRole('button', { name: /Open by port or file/ }).click()
  await page.getByRole('combobox', { name: 'Driver' }).selectOption({ label: 'OpenBCI Cyton' })
  await page.getByRole('spinbutton', { name: 'Radio channel' }).fill('99')
  await page.getByRole('button', { name: 'Open OpenBCI Cyton' }).click()
  await page.getByRole('alert').filter({ hasText: '1 to 25' }).waitFor()
  await judged('a form with what cannot be sent')
  await page.getByRole('spinbutton', { name: 'Radio channel' }).fill('')
  await page.getByRole('textbox', { name: 'Port', exact: true }).fill(board.path('port'))
  await page.getByRole('button', { name: 'Open OpenBCI Cyton' }).click()
  await tab(page, 'Live')
  await untilColumns(page, 20, 60_000)
  await page.getByText('Health').click()
  await page.getByText('Settings', { exact: true }).click()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('r')
  await page.getByRole('contentinfo', { name: 'Status' }).getByText('REC').waitFor()
  await page.keyboard.press('?')
  await judged('Live, recording, with keys')
  await page.keyboard.press('?')
  await page.keyboard.press('r')
  await page.getByText(/Written:/).waitFor()

  folder.write('mine.xdf', await soundRecording())
  await tab(page, 'Review')
  await page.getByRole('textbox', { name: 'Recording to look at' }).fill('mine.xdf')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.locator('[data-testid=review-traces][data-complete=true]').waitFor()
  await page.getByRole('textbox', { name: 'Go to time' }).fill('soon')
  await page.getByText('type 0:06 or 6').waitFor()
  await judged('Review')
  for (const panel of ['Graph', 'Sessions']) {
    await tab(page, panel)
    await judged(`${panel}, with something in it`)
  }
  await tab(page, 'Live')
  host.child.kill('SIGKILL')
  await page.getByText('The host went away; looking for it').first().waitFor()
  await judged('the host is away')
  await emulated.end()
})

test('at twice the size all stays in the window, and one side panel at a time', async () => {
  const { url } = await served('--device', 'synthetic?channels=64')
  const look = { width: 640, height: 400 }
  const { page, errors } = await openPage(await openBrowser(), url, look)
  await untilColumns(page, 20, 60_000)
  const side = (name: string) => page.getByRole('region', { name, exact: true })
  expect([await side('Devices').count(), await side('Inspector').count()]).toEqual([1, 0])
  await page.keyboard.press('i')
  await side('Inspector').waitFor()
  expect(await side('Devices').count()).toBe(0)
  await page.keyboard.press('i')
  await side('Inspector').waitFor({ state: 'detached' })
  for (const panel of ['Sessions', 'Review', 'Live']) {
    await tab(page, panel)
    const overflow = await page.evaluate(() => [
      document.documentElement.scrollWidth - window.innerWidth,
      document.documentElement.scrollHeight - window.innerHeight,
    ])
    expect(overflow, panel).toEqual([0, 0])
  }
  expect(await violations(page, ['light'])).toEqual([])
  await picture(page, 'twice-the-size')
  expect(errors).toEqual([])
})

test('Tab goes where the eye goes, and always shows where it is', async () => {
  const { url } = await served('--device', 'synthetic')
  const { page } = await openPage(await openBrowser(), url)
  await untilColumns(page, 20, 60_000)
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement!
      const { outlineStyle, outlineWidth } = getComputedStyle(element.closest('.choice') ?? element)
      const { x, y } = element.getBoundingClientRect()
      const isInToolbar = element.closest('.toolbar') !== null
      return { tag: element.tagName, isInToolbar, x, y, outline: `${outlineStyle} ${outlineWidth}` }
    })
  const seen: Awaited<ReturnType<typeof focused>>[] = []
  do {
    await page.keyboard.press('Tab')
    seen.push(await focused())
  } while (seen.at(-1)!.tag !== 'BODY' && seen.length < 100)
  const controls = seen.slice(0, -1)
  expect(controls.length).toBeGreaterThan(30)
  expect(controls.filter(({ outline }) => outline !== 'solid 2px')).toEqual([])
  const line = ({ y }: { y: number }) => Math.round(y / 20)
  const toolbar = controls.filter(({ isInToolbar }) => isInToolbar)
  const inReadingOrder = toolbar.toSorted((a, b) => line(a) - line(b) || a.x - b.x)
  expect(toolbar).toEqual(inReadingOrder)
})
