/** The electrodes as somebody sees them who puts a cap on. */
import { expect, test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { emulatedCyton, startSynapse } from './synapse.ts'
import { openBrowser, openPage, picture } from './window.ts'

test('measure, stop, one again: values with their meaning, dark and light', async () => {
  const folder = scratchFolder()
  const link = folder.path('port')
  const kohm = '5,8.2,31,700,1000000,12,9,4'
  const board = await emulatedCyton(link, '--impedance-kohm', kohm, '--speed', '4')
  const host = startSynapse(
    ...['serve', '--port', '0', '--folder', folder.path('.'), '--device', `openbci-cyton:${link}`],
  )
  const line = await host.line((each) => each.includes('http://'))
  const browser = await openBrowser()
  const url = line.replace(/.*(http:\S+).*/, '$1')
  const { page, errors } = await openPage(browser, url)
  const section = page.getByRole('region', { name: 'Impedance' })
  await section.getByRole('button', { name: 'Measure', exact: true }).click()
  await section.getByText('measuring').waitFor()
  await section.getByRole('button', { name: 'Stop' }).click()
  await section.getByRole('button', { name: 'Measure', exact: true }).waitFor()
  const rows = section.getByRole('listitem')
  const measured = async () =>
    (await rows.allTextContents()).filter((row) => /(good|usable|poor)$/.test(row)).length
  expect(await measured()).toBeLessThan(8)
  await section.getByRole('button', { name: 'Measure', exact: true }).click()
  await expect
    .poll(() => rows.allTextContents(), { timeout: 60_000 })
    .toEqual([
      expect.stringMatching(/Fp1(4\.9|5\.0|5\.1)kΩgood/),
      expect.stringMatching(/Fp28\.\dkΩgood/),
      expect.stringMatching(/C3(30|31|32)kΩusable/),
      expect.stringMatching(/C4(69\d|70\d|71\d)kΩpoor/),
      expect.stringMatching(/P7offpoor/),
      expect.stringMatching(/P812kΩusable/),
      expect.stringMatching(/O1(8\.9|9\.0|9\.1|9\.2)kΩgood/),
      expect.stringMatching(/O2(3\.9|4\.0|4\.1)kΩgood/),
    ])
  await picture(page, 'impedance-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await picture(page, 'impedance-light')
  await section.getByRole('combobox', { name: 'Electrodes' }).selectOption('dry')
  await expect.poll(() => rows.nth(3).textContent()).toMatch(/good/)
  await rows.nth(0).getByRole('button').click()
  await section.getByText('measuring').waitFor()
  await section.getByText('measuring').waitFor({ state: 'detached' })
  expect(errors).toEqual([])
  expect(await page.getByRole('region', { name: 'Notices' }).count()).toBe(0)
  await board.end()
})
