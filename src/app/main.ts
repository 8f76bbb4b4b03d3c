import { main } from './cli.js'

const code = await main(process.argv.slice(2))
// Qt and the graphics driver do not survive Node's own teardown, so the process ends here, once its output is written.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
