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
  /** @type {Promise<Target> | undefined} */
  #bare;

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    // PostgreSQL, which does not run as root, must get through to its own folder.
    chmodSync(this.folder, 0o711);
  }

  /**
   * Starts a program of `processes`.
   * @param {string} file
   */
  start(file) {
    const child = startChild(file, { log: this.#log, profileFolder: this.settings.profileFolder });
    this.#undo.push(() => child.stop());
    return child;
  }

  /** Starts the bare server, once. */
  startBareServer() {
    this.#bare ??= this.#newBareServer();
    return this.#bare;
  }

  /** @returns {Promise<Target>} */
  async #newBareServer() {
    const child = this.start('bare-server');
    const { port } = await child.ask('start', { customers: this.settings.customers });
    return { name: 'bare node:http', child, port };
  }

  /**
   * @param {string} name
   * @param {import('@vetted/service').ServiceOptions} options
   * @returns {Promise<Target>}
   */
  async startService(name, options) {
    const child = this.start('service-server');
    const { port } = await child.ask('start', { audiences: [PARTNER_CENTER_AUDIENCE], ...options });
    return { name, child, port };
  }

  /**
   * Starts the service as a sandbox.
   * @param {import('@vetted/service').ServiceOptions} options
   * @returns {Promise<{ child: Child, port: number, sandbox: import('@vetted/service').SandboxDescription }>}
   */
  async startSandbox(options) {
    const child = this.start('service-server');
    return { child, ...(await child.ask('start', { sandbox: true, ...options })) };
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
    const start = performance.now();
    const postgres = this.start('postgres-server');
    const { url } = await postgres.ask('start', { folder: join(this.folder, 'postgres') });
    const [sqlite] = await Promise.all([
      this.startSqlite(),
      this.fill({ database: { kind: 'postgres', url }, customers, qualified: true }),
    ]);
    const seconds = Math.round((performance.now() - start) / 1000);
    console.log(`${customers} customers are in both databases after ${seconds} s.`);
    return { sqlite, postgres: { url, child: postgres } };
  }

  /** Makes and fills the SQLite database that several measures read, once. Gives its address. */
  startSqlite() {
    this.#sqlite ??= this.newSqlite('vetted.db', { customers: this.settings.customers, qualified: true });
    return this.#sqlite;
  }

  /**
   * Makes and fills an SQLite database. Gives its address.
   * @param {string} name
   * @param {{ customers: number, qualified: boolean }} contents
   */
  async newSqlite(name, contents) {
    const file = join(this.folder, name);
    await this.fill({ database: { kind: 'sqlite', file }, ...contents });
    return `sqlite:${file}`;
  }

  /**
   * Fills a database in a process of its own.
   * @param {import('./processes/fill.mjs').Filling} filling
   */
  async fill(filling) {
    const filler = this.start('fill');
    await filler.ask('fill', filling);
    await filler.stop();
  }

  /** Has something done at the end of the run. @param {() => unknown} undo */
  onClose(undo) {
    this.#undo.push(undo);
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
