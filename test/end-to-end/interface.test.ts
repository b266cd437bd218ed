/** The interface in a real browser, as somebody uses it who has never seen it. */
import { expect, test } from 'vitest'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, startSynapse } from './synapse.ts'
import { columns, openBrowser, openPage, picture, untilColumns } from './window.ts'

async function serve(...options: string[]) {
  const folder = scratchFolder()
  const host = startSynapse('serve', '--port', '0', '--folder', folder.path('.'), ...options)
  const line = await host.line((each) => each.includes('http://'))
  return { folder, host, url: line.replace(/.*(http:\S+).*/, '$1') }
}

test('start to first trace, mark, record, stop, and the file read back', async () => {
  const { folder, url } = await serve()
  const { page, errors } = await openPage(await openBrowser(), url)
  await page.getByRole('button', { name: 'Connect Synthetic board' }).click()
  await untilColumns(page, 20)
  await picture(page, 'first-traces')
  await page.getByRole('textbox', { name: 'Recording file' }).fill(folder.path('mine.xdf'))
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  const status = page.getByRole('contentinfo', { name: 'Status' })
  await status.getByText('REC').waitFor()
  await page.getByRole('textbox', { name: 'Marker label' }).fill('eyes closed')
  await page.getByRole('button', { name: 'Mark', exact: true }).click()
  await page.waitForTimeout(2000)
  await picture(page, 'recording')
  await expect.poll(() => status.textContent()).toMatch(/[\d,]+ of [\d,]+\s*samples\s*0 lost/)
  await page.getByRole('button', { name: 'Stop recording' }).click()
  await page.getByText(/Written:.*samples, 0 lost/).waitFor()
  const info = await infoOf(folder.path('mine.xdf'))
  expect(info.code).toBe(0)
  expect(info.markers.map(({ label }) => label)).toEqual(['eyes closed'])
  expect(info.ledger.lost).toBe(0)
  expect(info.ledger.received).toBeGreaterThan(400)
  const files = [folder.path('mine.xdf')]
  const [file] = await askPyxdf({ files, dejitter: false, values: true })
  const byName = (name: string) => file!.streams.find((stream) => stream.name === name)!
  expect(byName('Markers').values).toEqual([['eyes closed']])
  expect(byName('Synthetic EEG').samples).toBe(info.ledger.received)
  expect(errors).toEqual([])
})

test('by keyboard alone: record, mark, pause, help', async () => {
  const { url } = await serve('--device', 'synthetic?channels=32&rateHz=500')
  const { page, errors } = await openPage(await openBrowser(), url)
  await untilColumns(page, 20)
  const status = page.getByRole('contentinfo', { name: 'Status' })
  await page.keyboard.press('r')
  await status.getByText('REC').waitFor()
  await page.keyboard.press('m')
  await page.keyboard.press(' ')
  await page.getByRole('button', { name: 'Resume view' }).waitFor()
  const whilePaused = await columns(page)
  await page.waitForTimeout(600)
  expect(await columns(page)).toBe(whilePaused)
  await picture(page, 'paused-32-channels')
  await page.keyboard.press(' ')
  await untilColumns(page, 20)
  await page.keyboard.press('?')
  await page.getByLabel('Keys', { exact: true }).waitFor()
  await picture(page, 'keys')
  await page.keyboard.press('r')
  await page.getByText(/Written:/).waitFor()
  expect(errors).toEqual([])
})

test('what cannot be opened is named beside where it was asked for, with what to do', async () => {
  const { url } = await serve()
  const { page } = await openPage(await openBrowser(), url)
  await page.getByRole('button', { name: /Open by port or file/ }).click()
  await page.getByRole('combobox', { name: 'Driver' }).selectOption({ label: 'OpenBCI Cyton' })
  await page.getByRole('textbox', { name: /port/i }).fill('/dev/ttyUSB77')
  await page.getByRole('button', { name: 'Open OpenBCI Cyton' }).click()
  const alert = page.getByRole('alert').filter({ hasText: '/dev/ttyUSB77: no such port' })
  await alert.waitFor()
  expect(await alert.textContent()).toMatch(/cable/)
  await picture(page, 'no-such-port')
})

test('a window that is closed costs the recording nothing, and the next one finds it running', async () => {
  const { folder, url } = await serve('--device', 'synthetic')
  const first = await openBrowser()
  const { page } = await openPage(first, url)
  await untilColumns(page, 20)
  await page.getByRole('textbox', { name: 'Recording file' }).fill(folder.path('on.xdf'))
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByRole('contentinfo', { name: 'Status' }).getByText('REC').waitFor()
  await first.close()
  const { page: again } = await openPage(await openBrowser(), url)
  await again.getByRole('contentinfo', { name: 'Status' }).getByText('REC').waitFor()
  await untilColumns(again, 20)
  await again.getByRole('button', { name: 'Stop recording' }).click()
  await again.getByText(/Written:/).waitFor()
  const { ledger } = await infoOf(folder.path('on.xdf'))
  expect(ledger.lost).toBe(0)
})

test.each([
  ['dark', 1280, 800],
  ['light', 1280, 800],
  ['dark', 1920, 1080],
  ['light', 1920, 1080],
] as const)('looks its part: %s, %i × %i, 64 channels', async (theme, width, height) => {
  const { url } = await serve('--device', 'synthetic?channels=64&rateHz=1000')
  const { page, errors } = await openPage(await openBrowser(), url, { theme, width, height })
  await untilColumns(page, 20)
  await page.keyboard.press('ArrowDown')
  await page.waitForTimeout(5000)
  await picture(page, `${theme}-${width}x${height}-64-channels`)
  // Nothing sticks out of the window.
  const overflow = await page.evaluate(() => [
    document.documentElement.scrollWidth - window.innerWidth,
    document.documentElement.scrollHeight - window.innerHeight,
  ])
  expect(overflow).toEqual([0, 0])
  expect(errors).toEqual([])
})
