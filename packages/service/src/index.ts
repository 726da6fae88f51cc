export { ConfigError, type LogLevel, logLevels, type ServiceOptions } from './config.js';
export { type RunningService, type SandboxDescription, startService } from './start.js';
