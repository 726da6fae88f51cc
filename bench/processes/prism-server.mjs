// Prism's mock server as its command line starts it, but for the log lines, which it is spared.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serveParent, usage } from '../child.mjs';

serveParent({
  /** @param {{ folder: string, document: string, port: number }} input folder: where Prism is installed */
  async start({ folder, document, port }) {
    const load = createRequire(join(folder, 'package.json'));
    const { createLogger } = load('@stoplight/prism-core');
    const { getHttpOperationsFromSpec } = load('@stoplight/prism-http');
    const { createServer } = load('@stoplight/prism-http-server');
    const server = createServer(await getHttpOperationsFromSpec(document), {
      components: { logger: createLogger('prism', { enabled: false }) },
      cors: true,
      config: {
        mock: { dynamic: false },
        validateRequest: true,
        validateResponse: true,
        checkSecurity: true,
        errors: false,
        isProxy: false,
      },
    });
    await server.listen(port, '127.0.0.1');
  },
  usage,
});
