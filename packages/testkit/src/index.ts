// Whoever takes a test from here knows the type of what the global setup provides.
export type {} from './chromium.js';
export { type FakeClock, fakeClock } from './clock.js';
export { databases, type TestDatabase } from './databases.js';
export { testEncryption } from './encryption-key.js';
export { type FakeEntra, PARTNER_CENTER_AUDIENCE, startFakeEntra } from './entra.js';
export { examples, otherPartner, unqualified } from './examples.js';
export { type Postgres, startPostgres } from './postgres.js';
export { type Answer, type CallOptions, call, startSandbox, type TestSandbox, tokenSource } from './sandbox.js';
export { type ServiceProcess, type ServiceProcessOptions, startServiceProcess } from './service-process.js';
export { type Fleet, type FleetOptions, get, post, qualificationsOf, startFleet } from './trials/fleet.js';
export { restarts } from './trials/restarts.js';
export { rollingRestarts } from './trials/rolling-restarts.js';
export { isRefusal } from './trials/steady-load.js';
export { until } from './until.js';
