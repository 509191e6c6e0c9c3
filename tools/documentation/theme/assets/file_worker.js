// Search in a site that is opened as files: browsers start no worker there, so its script runs in a hidden frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const code = `
        self.postMessage = message => parent.postMessage(message, "*")
        self.importScripts = (...urls) => urls.reduce((before, url) => before.then(() => new Promise((done, failed) => {
          const script = Object.assign(document.createElement("script"), { src: url, onload: done, onerror: failed })
          document.head.append(script)
        })), Promise.resolve())`
      const frame = document.createElement("iframe")
      frame.hidden = true
      frame.title = "search"
      frame.srcdoc = `<script>${code}<\/script><script src="${new URL(url, location.href)}"><\/script>`
      this.frame = new Promise(ready => frame.addEventListener("load", () => ready(frame.contentWindow)))
      window.addEventListener("message", event => {
        if (event.source !== frame.contentWindow) return
        event.stopImmediatePropagation()
        const told = new MessageEvent("message", { data: event.data })
        this.dispatchEvent(told)
        if (this.onmessage) this.onmessage(told)
      })
      document.body.append(frame)
    }
    // Its own postMessage leads back here, so it is told by an event.
    postMessage(data) { this.frame.then(worker => worker.dispatchEvent(new MessageEvent("message", { data }))) }
    terminate() {}
  }
}
