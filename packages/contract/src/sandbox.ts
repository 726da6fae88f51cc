import { type Static, Type } from 'typebox';
import { CustomerRecord } from './provisioning.js';

/** How far the service's clock is to be moved. */
export const ClockAdvance = Type.Object(
  {
    advance: Type.String({
      maxLength: 64,
      description:
        'An ISO 8601 duration, more than zero. Years and months are counted in UTC; all advances together come to at ' +
        'most ten years.',
      examples: ['P3D', 'PT90M'],
    }),
  },
  { additionalProperties: false },
);
export type ClockAdvance = Static<typeof ClockAdvance>;

/** The service's time: UTC with milliseconds and `Z`. */
export const ClockReading = Type.Object({ now: Type.String() }, { description: "The service's time." });
export type ClockReading = Static<typeof ClockReading>;

/** The service's time after it was moved, and by how much it was: to the letter as it was asked for. */
export const ClockAdvanced = Type.Object(
  { now: Type.String(), advanced: Type.String() },
  { description: "The service's time from now on. Work that became due is done." },
);
export type ClockAdvanced = Static<typeof ClockAdvanced>;

/** A path as a rule names it: whole, without a query, `*` standing for anything. */
export const FAULT_PATH_PATTERN = '^[/*][\\u0021-\\u0022\\u0024-\\u003e\\u0040-\\u007e]*$';

export const MAX_FAULT_RULES = 100;

/** Which requests are to go wrong, and how. The first rule that matches and fires applies. */
export const FaultRule = Type.Object(
  {
    method: Type.Optional(
      Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], { description: 'Any when absent.' }),
    ),
    path: Type.Optional(
      Type.String({
        maxLength: 512,
        pattern: FAULT_PATH_PATTERN,
        description: 'The whole path without its query; * stands for anything. Any when absent.',
        examples: ['/v1/customers/*/qualifications'],
      }),
    ),
    status: Type.Optional(
      Type.Integer({ minimum: 400, maximum: 599, description: 'Answered before anything else happens.' }),
    ),
    retryAfter: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400,
        description: 'The Retry-After of that answer, in seconds. With 429, 1 when absent; else none when absent.',
      }),
    ),
    delayMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 60_000, description: 'Milliseconds to wait first, by the real clock.' }),
    ),
    dropConnection: Type.Optional(
      Type.Unsafe<true | 'before' | 'after'>({
        enum: [true, 'before', 'after'],
        description:
          'Cuts the connection before the request has an effect (true, before), or lets it have its effect and cuts ' +
          'instead of answering (after).',
      }),
    ),
    times: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'How many requests it is for. All when absent.' }),
    ),
    probability: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'How often it fires on a request that it matches. 1 when absent.',
      }),
    ),
  },
  { additionalProperties: false, title: 'FaultRule' },
);
export type FaultRule = Static<typeof FaultRule>;

export const FaultRules = Type.Array(FaultRule, {
  maxItems: MAX_FAULT_RULES,
  description: 'The rules that stand, with what is left of their times.',
});
export type FaultRules = Static<typeof FaultRules>;

/** A customer as a test adds it; the sandbox gives it its id. */
export const NewCustomer = Type.Object(
  {
    companyName: CustomerRecord.properties.companyName,
    domain: CustomerRecord.properties.domain,
    country: CustomerRecord.properties.country,
  },
  { additionalProperties: false, title: 'NewCustomer' },
);
export type NewCustomer = Static<typeof NewCustomer>;
