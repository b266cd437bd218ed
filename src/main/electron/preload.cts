/**
 * What the page gets of Electron: to know that it is in a window of ours, and a port to the host
 * when it asks for one. Runs sandboxed, before the page.
 */
const electron = require('electron') as typeof import('electron')

const { contextBridge, ipcRenderer } = electron
const wanted = 'synapse-contract-wanted'
const given = 'synapse-contract-port'

contextBridge.exposeInMainWorld('synapse', { desktop: true })
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === wanted) ipcRenderer.send(wanted)
})
ipcRenderer.on(given, (event) => {
  window.postMessage(given, '*', [...event.ports])
})
