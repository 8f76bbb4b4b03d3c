/**
 * URL of a worker's compiled program beside the calling module. Node runs workers from JavaScript only, so when the
 * caller itself is TypeScript source (under vitest) the compiled twin in `dist/` is used; `npm test` builds it first.
 */
export const workerEntry = (callerUrl: string, name: string): URL => {
  const url = callerUrl.endsWith('.ts') ? callerUrl.replace(/\/src\/(?!.*\/src\/)/, '/dist/src/') : callerUrl
  return new URL(name, url)
}
