import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const LOOK_INTERVAL_IN_MS = 20;
/** How long what is under way may take once the service closes. */
const CLOSE_WITHIN_MS = 4_000;

/**
 * Keeps account of a server's connections. Gives what ends them while the server closes, which else waits for each: those
 * that nothing is under way on, those that never asked anything, and after four seconds all that are left. Looking after
 * them only then costs the requests before nothing.
 */
export function endsConnections(server: Server): () => void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    const timer = setInterval(() => {
      server.closeIdleConnections();
      // Browsers open connections in advance; Node.js counts them as busy until their headers are due.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, LOOK_INTERVAL_IN_MS);
    const last = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
    server.once('close', () => {
      clearInterval(timer);
      clearTimeout(last);
    });
  };
}
