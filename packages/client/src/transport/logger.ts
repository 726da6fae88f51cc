import { type AzureLogger, createClientLogger } from '@azure/logger';

/** Where the client logs. Marked so that a bundle which does not log can leave it out. */
export const logger: AzureLogger = /* @__PURE__ */ createClientLogger('vetted-client');
