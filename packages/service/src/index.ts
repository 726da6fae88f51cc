export { type Admin, type AdminOptions, openAdmin } from './admin.js';
export { type Backup, type BackupOptions, backUpDatabase } from './backup.js';
export {
  ConfigError,
  type LogLevel,
  logLevels,
  type ServiceOptions,
} from './config.js';
export type { ThrottleOption } from './config-throttle.js';
export type { AuditFindings, BrokenChain } from './domain/history.js';
export type { PolicyVerdict, VettingPolicy, VettingRequest } from './domain/policy.js';
export type { ThrottleLimits } from './domain/throttle.js';
export { newEncryptionKey } from './encryption-keys.js';
export { optionsFromEnvironment } from './environment.js';
export {
  type ImportLine,
  ProvisioningError,
  type ProvisioningProblem,
} from './features/provisioning/provisioning.service.js';
export { type RunHooks, runService } from './main.js';
export type { SandboxDescription, SandboxUserDescription } from './sandbox/description.js';
export { type RunningService, startService } from './start.js';
