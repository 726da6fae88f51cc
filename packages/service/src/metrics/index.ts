export { countedSend } from './counted-send.js';
export { countedStore } from './counted-store.js';
export { Metrics } from './exposition.js';
export { metricsServer } from './metrics-server.js';
export { ServiceCounts } from './service-counts.js';
