import type { IncomingHttpHeaders } from 'node:http';
import type * as contract from '@vetted/contract';
import { expectTypeOf, it } from 'vitest';
import type {
  CallerInformation,
  ClockAdvanced,
  ClockReading,
  Customer,
  CustomerAttention,
  CustomerCompanyProfile,
  CustomerPage,
  CustomersFilter,
  CustomerWithQualifications,
  CustomerWithQualificationsPage,
  DenialCode,
  EducationSegment,
  FaultRule,
  HistoryStep,
  ListCustomersWithQualificationsOptions,
  ListDeliveriesOptions,
  ListReviewsOptions,
  NewCustomer,
  NewWebhookRegistration,
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
  ValidationEvent,
  ValidationEventReport,
  VettingOverview,
  VettingStatus,
  verifyWebhook,
  WebhookDelivery,
  WebhookEvent,
  WebhookEventName,
  WebhookHeaders,
  WebhookRegistration,
  WebhookRegistrationRequest,
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
  expectTypeOf<CustomerAttention>().toEqualTypeOf<contract.CustomerAttention>();
  expectTypeOf<WebhookEventName>().toEqualTypeOf<contract.WebhookEventName>();
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
  expectTypeOf<keyof CustomerWithQualifications>().toEqualTypeOf<keyof contract.CustomerWithQualifications>();
  expectTypeOf<keyof WebhookRegistrationRequest>().toEqualTypeOf<keyof contract.WebhookRegistrationRequest>();
  expectTypeOf<keyof WebhookRegistration>().toEqualTypeOf<keyof contract.WebhookRegistration>();
  expectTypeOf<keyof NewWebhookRegistration>().toEqualTypeOf<keyof contract.NewWebhookRegistration>();
  expectTypeOf<keyof ValidationEventReport>().toEqualTypeOf<keyof contract.ValidationEventReport>();
  expectTypeOf<keyof WebhookDelivery>().toEqualTypeOf<keyof contract.WebhookDelivery>();
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
  expectTypeOf<contract.CallerInformation>().toEqualTypeOf<CallerInformation>();
  expectTypeOf<contract.CustomerWithQualifications>().toExtend<CustomerWithQualifications>();
  expectTypeOf<contract.WebhookRegistrationRequest>().toExtend<WebhookRegistrationRequest>();
  expectTypeOf<contract.WebhookRegistration>().toExtend<WebhookRegistration>();
  expectTypeOf<contract.NewWebhookRegistration>().toExtend<NewWebhookRegistration>();
  expectTypeOf<contract.ValidationEvent>().toEqualTypeOf<ValidationEvent>();
  expectTypeOf<contract.ValidationEventReport>().toExtend<ValidationEventReport>();
  expectTypeOf<contract.WebhookDelivery>().toExtend<WebhookDelivery>();
  expectTypeOf<contract.ClockReading>().toEqualTypeOf<ClockReading>();
  expectTypeOf<contract.ClockAdvanced>().toEqualTypeOf<ClockAdvanced>();
  expectTypeOf<contract.FaultRule>().toEqualTypeOf<FaultRule>();
  expectTypeOf<contract.NewCustomer>().toEqualTypeOf<NewCustomer>();
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

it('lists customers with their qualifications and deliveries by no other query than the service has', () => {
  type Vetting = PartnerCenterClient['vetting'];
  expectTypeOf<
    Exclude<keyof ListCustomersWithQualificationsOptions, keyof OperationOptions | 'pageSize'>
  >().toEqualTypeOf<Exclude<keyof contract.CustomerQualificationsQuery, 'size' | 'continuationToken'>>();
  expectTypeOf<Exclude<keyof ListDeliveriesOptions, keyof OperationOptions>>().toEqualTypeOf<
    keyof contract.WebhookDeliveriesQuery
  >();
  expectTypeOf<ReturnType<Vetting['listCustomers']>>().toEqualTypeOf<
    PagedAsyncIterableIterator<CustomerWithQualifications, CustomerWithQualificationsPage, PageSettings>
  >();
  // @ts-expect-error Nothing else needs attention.
  const options: ListCustomersWithQualificationsOptions = { attention: 'Approved' };
  expectTypeOf(options).not.toBeAny();
});

it('asks for a webhook and a customer of a sandbox with all that they need', () => {
  // @ts-expect-error A webhook is for events.
  const silent: WebhookRegistrationRequest = { WebhookUrl: 'https://partner.example/hook' };
  // @ts-expect-error A customer has a domain.
  const nowhere: NewCustomer = { companyName: 'Alpine School' };
  // @ts-expect-error A connection is cut before or after.
  const vague: FaultRule = { dropConnection: 'now' };
  expectTypeOf([silent, nowhere, vague]).toBeArray();
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
