// The parts of a run: its folder, its processes, and how all of it goes away again.
import { chmodSync, closeSync, mkdtempSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTNER_CENTER_AUDIENCE, startFakeEntra } from '../packages/testkit/dist/entra.js';
import { startChild } from './child.mjs';

/** @typedef {import('./child.mjs').Child} Child */
/** @typedef {import('./settings.mjs').Settings} Settings */

/**
 * A server that is measured, and the process of its database where that is another one.
 * @typedef {{ name: string, child: Child, port: number, database?: Child }} Target
 */

export class Parts {
  /** The settings of the run. */
  settings;
  /** Where the databases and the service's log are. */
  folder = mkdtempSync(join(tmpdir(), 'vetted-bench-'));
  #log = openSync(join(this.folder, 'service.log'), 'a');
  /** @type {(() => unknown)[]} */
  #undo = [() => rm(this.folder, { recursive: true, force: true }), () => closeSync(this.#log)];
  /** @type {Promise<void> | undefined} */
  #closed;
  /** @type {Promise<string> | undefined} */
  #sqlite;

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    // PostgreSQL, which does not run as root, must get through to its own folder.
    chmodSync(this.folder, 0o711);
  }

  /**
   * Starts a program of this folder.
   * @param {string} file
   */
  start(file) {
    const child = startChild(file, { log: this.#log, profileFolder: this.settings.profileFolder });
    this.#undo.push(() => child.stop());
    return child;
  }

  /** @returns {Promise<Target>} */
  async startBareServer() {
    const child = this.start('./bare-server.mjs');
    const { port } = await child.ask('start', { customers: this.settings.customers });
    return { name: 'bare node:http', child, port };
  }

  /**
   * @param {string} name
   * @param {import('@vetted/service').ServiceOptions} options
   * @returns {Promise<Target>}
   */
  async startService(name, options) {
    const child = this.start('./service-server.mjs');
    const { port } = await child.ask('start', { audiences: [PARTNER_CENTER_AUDIENCE], ...options });
    return { name, child, port };
  }

  /** Plays Microsoft Entra ID: publishes a key, and gives a token that is signed with it. */
  async startIssuer() {
    const { issuer, token, close } = await startFakeEntra(() => new Date());
    this.#undo.push(close);
    return { issuer, token: await token() };
  }

  /** Makes and fills both databases. */
  async startDatabases() {
    const { customers } = this.settings;
    const postgres = this.start('./postgres-server.mjs');
    const { url } = await postgres.ask('start', { folder: join(this.folder, 'postgres') });
    const [sqlite] = await Promise.all([
      this.startSqlite(),
      this.#fill({ database: { kind: 'postgres', url }, customers }),
    ]);
    return { sqlite, postgres: { url, child: postgres } };
  }

  /** Makes and fills the SQLite database, once. Gives its address. */
  startSqlite() {
    this.#sqlite ??= this.#fillSqlite(join(this.folder, 'vetted.db'));
    return this.#sqlite;
  }

  /** @param {string} file */
  async #fillSqlite(file) {
    await this.#fill({ database: { kind: 'sqlite', file }, customers: this.settings.customers });
    return `sqlite:${file}`;
  }

  /** @param {unknown} what */
  async #fill(what) {
    const filler = this.start('./fill.mjs');
    await filler.ask('fill', what);
    await filler.stop();
  }

  get isClosed() {
    return this.#closed !== undefined;
  }

  /** Undoes everything, the last thing first. */
  close() {
    this.#closed ??= this.#undoAll();
    return this.#closed;
  }

  async #undoAll() {
    for (let step = this.#undo.pop(); step !== undefined; step = this.#undo.pop()) {
      try {
        await step();
      } catch (error) {
        console.error(error);
      }
    }
  }
}
