import type { IncomingHttpHeaders } from 'node:http';
import type * as contract from '@vetted/contract';
import { expectTypeOf, it } from 'vitest';
import type {
  Customer,
  CustomerCompanyProfile,
  CustomerPage,
  CustomersFilter,
  DenialCode,
  EducationSegment,
  HistoryStep,
  ListReviewsOptions,
  OperationOptions,
  PagedAsyncIterableIterator,
  PageSettings,
  PartnerCenterClient,
  PartnerCenterError,
  Preflight,
  PreflightFinding,
  Qualification,
  QualificationChange,
  QualificationName,
  QualificationProgress,
  QualificationRequest,
  Review,
  ReviewDecision,
  ReviewDetails,
  ReviewStep,
  ValidationCode,
  VettingOverview,
  VettingStatus,
  verifyWebhook,
  WebhookEvent,
  WebhookHeaders,
  WebhookVerificationError,
} from '../src/index.js';

// Checked by tsc. What the client documents may be wider than the contract, never other.

it('knows the same names and values as the contract', () => {
  expectTypeOf<QualificationName>().toEqualTypeOf<contract.QualificationName>();
  expectTypeOf<VettingStatus>().toEqualTypeOf<contract.VettingStatus>();
  expectTypeOf<EducationSegment>().toEqualTypeOf<contract.EducationSegment>();
  expectTypeOf<CustomersFilter['field']>().toEqualTypeOf<contract.FilterField>();
  expectTypeOf<DenialCode>().toEqualTypeOf<contract.DenialCode>();
  expectTypeOf<ListReviewsOptions['sort']>().toEqualTypeOf<contract.ReviewSort | undefined>();
});

it('has the members of the contract, no more and no fewer, but one spelling of the vetting date', () => {
  expectTypeOf<keyof Qualification>().toEqualTypeOf<Exclude<keyof contract.Qualification, 'vettingCreateDate'>>();
  expectTypeOf<keyof QualificationRequest>().toEqualTypeOf<keyof contract.QualificationRequest>();
  expectTypeOf<keyof Customer>().toEqualTypeOf<keyof contract.Customer>();
  expectTypeOf<keyof CustomerCompanyProfile>().toEqualTypeOf<keyof contract.CustomerCompanyProfile>();
  expectTypeOf<keyof ValidationCode>().toEqualTypeOf<keyof contract.ValidationCode>();
  expectTypeOf<keyof QualificationProgress>().toEqualTypeOf<
    Exclude<keyof contract.QualificationProgress, 'vettingCreateDate'>
  >();
  expectTypeOf<keyof HistoryStep>().toEqualTypeOf<keyof contract.HistoryStep>();
  expectTypeOf<keyof Preflight>().toEqualTypeOf<keyof contract.Preflight>();
  expectTypeOf<keyof PreflightFinding>().toEqualTypeOf<keyof contract.PreflightFinding>();
  expectTypeOf<Exclude<keyof QualificationChange, 'id'>>().toEqualTypeOf<keyof contract.QualificationChange>();
  expectTypeOf<keyof VettingOverview>().toEqualTypeOf<keyof contract.VettingOverview>();
  expectTypeOf<keyof Review>().toEqualTypeOf<keyof contract.Review>();
  expectTypeOf<keyof ReviewDetails>().toEqualTypeOf<keyof contract.ReviewDetails>();
  expectTypeOf<keyof ReviewStep>().toEqualTypeOf<keyof contract.ReviewStep>();
  expectTypeOf<keyof Extract<ReviewDecision, { decision: 'Denied' }>>().toEqualTypeOf<keyof contract.ReviewDecision>();
});

it('takes whatever the contract allows', () => {
  expectTypeOf<contract.Qualification>().toExtend<Qualification>();
  expectTypeOf<contract.QualificationRequest>().toExtend<QualificationRequest>();
  expectTypeOf<contract.Customer>().toExtend<Customer>();
  expectTypeOf<contract.CustomerCompanyProfile>().toExtend<CustomerCompanyProfile>();
  expectTypeOf<contract.ValidationCode>().toEqualTypeOf<ValidationCode>();
  expectTypeOf<contract.QualificationProgress>().toExtend<QualificationProgress>();
  expectTypeOf<contract.HistoryStep>().toExtend<HistoryStep>();
  expectTypeOf<contract.Preflight>().toExtend<Preflight>();
  expectTypeOf<contract.QualificationChange & { id: string }>().toExtend<QualificationChange>();
  expectTypeOf<contract.VettingOverview>().toEqualTypeOf<VettingOverview>();
  expectTypeOf<contract.Review>().toEqualTypeOf<Review>();
  expectTypeOf<contract.ReviewDetails>().toExtend<ReviewDetails>();
  expectTypeOf<contract.ReviewStep>().toEqualTypeOf<ReviewStep>();
});

it('decides only what the contract takes, and denies only with a code', () => {
  expectTypeOf<ReviewDecision>().toExtend<contract.ReviewDecision>();
  // @ts-expect-error A denial has a code.
  const bare: ReviewDecision = { decision: 'Denied' };
  // @ts-expect-error An approval has no reason for the partner.
  const praised: ReviewDecision = { decision: 'Approved', reason: 'A fine school.' };
  // @ts-expect-error Not a decision.
  const vague: ReviewDecision = { decision: 'InReview' };
  expectTypeOf([bare, praised, vague]).toBeArray();
});

it('leaves enumerations open to values that come later, and nothing else', () => {
  expectTypeOf<{ qualification: 'Museum'; vettingStatus: 'Paused' }>().toExtend<Qualification>();
  // @ts-expect-error A qualification has a name.
  const nameless: Qualification = { vettingStatus: 'Approved' };
  // @ts-expect-error What does not apply is absent, not undefined.
  const vague: Qualification = { qualification: 'Education', vettingStatus: undefined };
  // @ts-expect-error Not a member of a request.
  const stray: QualificationRequest = { qualification: 'Education', segment: 'K12' };
  // @ts-expect-error Partner Center searches no other field.
  const filter: CustomersFilter = { field: 'Country', startsWith: 'D' };
  expectTypeOf([nameless, vague, stray, filter]).toBeArray();
});

it('takes the name of a qualification that came later wherever it gives one', () => {
  type Client = PartnerCenterClient;
  type Named = QualificationChange['qualification'];
  type ById = ReturnType<Client['customers']['byId']>;
  expectTypeOf<Client['vetting']['getProgress']>().parameter(1).toEqualTypeOf<Named>();
  expectTypeOf<Client['vetting']['getHistory']>().parameter(1).toEqualTypeOf<Named>();
  expectTypeOf<ById['qualification']['waitForDecision']>().parameter(0).toEqualTypeOf<Named>();
});

it('has the calls of the .NET SDK', () => {
  type Client = PartnerCenterClient;
  type ById = ReturnType<Client['customers']['byId']>;
  expectTypeOf<ById['get']>().toEqualTypeOf<(options?: OperationOptions) => Promise<Customer>>();
  expectTypeOf<ById['qualification']['getQualifications']>().returns.resolves.toEqualTypeOf<Qualification[]>();
  expectTypeOf<ById['qualification']['createQualifications']>().toEqualTypeOf<
    (request: QualificationRequest, options?: OperationOptions) => Promise<Qualification>
  >();
  expectTypeOf<Client['validations']['getValidationCodes']>().returns.resolves.toEqualTypeOf<ValidationCode[]>();
  expectTypeOf<ReturnType<Client['customers']['list']>>().toEqualTypeOf<
    PagedAsyncIterableIterator<Customer, CustomerPage, PageSettings>
  >();
});

it('tells what may be missing from an error', () => {
  expectTypeOf<PartnerCenterError['statusCode']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<PartnerCenterError['code']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<PartnerCenterError['data']>().toEqualTypeOf<readonly unknown[]>();
  expectTypeOf<PartnerCenterError['retryAfterInMs']>().toEqualTypeOf<number | undefined>();
});

it('takes a delivery as Node.js and as Fetch hand it over', () => {
  expectTypeOf<IncomingHttpHeaders>().toExtend<WebhookHeaders>();
  expectTypeOf<Headers>().toExtend<WebhookHeaders>();
  expectTypeOf<Record<string, string>>().toExtend<WebhookHeaders>();
  expectTypeOf<Buffer>().toExtend<Parameters<typeof verifyWebhook>[0]>();
  // @ts-expect-error A parsed body has lost the bytes that were signed.
  const parsed: Parameters<typeof verifyWebhook>[0] = { EventName: 'test-created' };
  expectTypeOf(parsed).not.toBeAny();
});

it('tells what may be missing from an event, and why a delivery was refused', () => {
  expectTypeOf<ReturnType<typeof verifyWebhook>>().toEqualTypeOf<WebhookEvent>();
  expectTypeOf<WebhookEvent['id']>().toEqualTypeOf<string>();
  expectTypeOf<WebhookEvent['customerId']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<'header-missing'>().toExtend<WebhookVerificationError['reason']>();
  expectTypeOf<'other'>().not.toExtend<WebhookVerificationError['reason']>();
});
