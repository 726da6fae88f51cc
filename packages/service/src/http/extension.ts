import type { FastifyPluginAsync } from 'fastify';
import type { ConsoleSettings } from './console-settings.js';
import type { ServiceInstance } from './instance.js';

/** What is added to the service's own routes: in sandbox mode the authority and the switches. */
export interface Extension {
  /** Hooks that a request meets before anybody asks who calls. */
  hooks(app: ServiceInstance): void;
  /** Routes that need no caller. */
  readonly routes: FastifyPluginAsync;
  /** Routes behind identity. */
  callerRoutes(app: ServiceInstance): void;
  /** How people sign in to the console, and as whom. */
  readonly console: Omit<ConsoleSettings, 'version'>;
}
