export * from './customer.js';
export * from './fault.js';
export * from './guid.js';
export * from './headers.js';
export * from './paths.js';
export * from './provisioning.js';
export * from './qualification.js';
export * from './validation-code.js';
