/** A git host on loopback: `git http-backend` behind Node's own HTTP server, read-only. */
import { execFileSync, spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface GitServer {
  /** What is cloned from it. */
  url: string
  close(): Promise<void>
}

/** Serves what lies in `tree` now (committed or not, ignored files excepted) as a repository of one commit. */
export async function serveTree(tree: string, folder: string): Promise<GitServer> {
  const bare = join(folder, 'dispatch.git')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: tree, maxBuffer: 2 ** 26 })
  git('init', '-q', '--bare', '-b', 'main', bare)
  const here = [`--git-dir=${bare}`, `--work-tree=${tree}`]
  git(...here, 'add', '-A')
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  git(...here, ...author, 'commit', '-q', '-m', 'A release')

  const server = createServer((request, response) => backend(folder, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/dispatch.git`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** One request through CGI (RFC 3875): the answer is headers, an empty line, a body. */
function backend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  })
  request.pipe(child.stdin)
  child.stdin.on('error', () => {}) // it does not read the body of a request that it refuses
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.once('close', () => {
    const all = Buffer.concat(chunks)
    const end = all.indexOf('\r\n\r\n')
    const headers = all
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line): [string, string] => {
        const [name = '', value = ''] = line.split(/:\s*/, 2)
        return [name, value]
      })
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers))
    response.end(all.subarray(end + 4))
  })
}
