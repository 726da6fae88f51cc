import type { CustomerRow, Partner, ValidationCodeRow } from '../domain/store.js';
import type { Vetting } from '../domain/vetting.js';

/** The application every sample user and program signs in with. Its secret differs from one data folder to the next. */
export const SAMPLE_CLIENT_ID = 'c1a7e5d2-6b3f-4e08-9a4d-2f5b8c7d6e10';

export type SampleUserName = 'agent' | 'reviewer' | 'administrator';

export interface SampleUser {
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly tenantId: string;
  /** The name of the tenant, for the page on which a person chooses whom to sign in as. */
  readonly tenantName: string;
  readonly objectId: string;
  readonly roles: readonly string[];
}

export interface SampleCustomer extends Omit<CustomerRow, 'relationshipEnded'> {
  readonly qualifications: readonly Omit<Vetting, 'attempts'>[];
}

export interface SamplePartner extends Omit<Partner, 'active'> {
  readonly customers: readonly SampleCustomer[];
  readonly validationCodes: readonly ValidationCodeRow[];
}

const operator: Omit<Partner, 'active'> = {
  tenantId: '0e1d2c3b-4a59-4687-9a7b-8c9d0e1f2a3b',
  name: 'Vetting authority',
};

/**
 * Contoso, the partner most examples speak as. Its first six customers reproduce the response examples that Microsoft
 * documents, dates to the letter; the last two have no qualification yet.
 * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
 */
const contoso: SamplePartner = {
  tenantId: '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d',
  name: 'Contoso CSP',
  customers: [
    {
      id: '0a4f0c6e-5d3b-4c1a-9b7e-1f2d3c4b5a01',
      companyName: 'Lakeshore Primary School',
      domain: 'lakeshore.example.edu',
      country: 'US',
      relationshipToPartner: 'reseller',
      qualifications: [{ qualification: 'Education', vettingStatus: 'Approved' }],
    },
    {
      id: '1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02',
      companyName: 'Fabrikam Academy',
      domain: 'fabrikam.example.edu',
      country: 'US',
      relationshipToPartner: 'reseller',
      qualifications: [
        { qualification: 'Education', vettingStatus: 'InReview', vettingCreatedDate: '2020-12-03T10:37:38.885Z' },
      ],
    },
    {
      id: '2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03',
      companyName: 'Tailspin Training',
      domain: 'tailspin.example.com',
      country: 'GB',
      relationshipToPartner: 'reseller',
      qualifications: [
        {
          qualification: 'Education',
          vettingStatus: 'Denied',
          vettingReason: 'Not an Education Customer',
          vettingCreatedDate: '2020-12-03T10:37:38.885Z',
        },
      ],
    },
    {
      id: '3d703f91-806e-4f4d-8ea1-4c506f7e8d04',
      companyName: 'Wingtip National Railways',
      domain: 'wingtip.example.com',
      country: 'CN',
      relationshipToPartner: 'reseller',
      qualifications: [{ qualification: 'StateOwnedEntity' }],
    },
    {
      id: '4e8140a2-917f-405e-9fb2-5d61708f9e05',
      companyName: 'Northwind State University',
      domain: 'northwind.example.edu',
      country: 'US',
      relationshipToPartner: 'reseller',
      qualifications: [
        { qualification: 'Education', vettingStatus: 'Approved' },
        { qualification: 'StateOwnedEntity' },
      ],
    },
    {
      id: '5f9251b3-a280-416f-80c3-6e7281a0af06',
      companyName: 'City of Relecloud',
      domain: 'relecloud.example.gov',
      country: 'US',
      relationshipToPartner: 'reseller',
      qualifications: [
        {
          qualification: 'GovernmentCommunityCloud',
          vettingStatus: 'Approved',
          vettingCreatedDate: '2021-05-06T19:59:56.6832021+00:00',
        },
        { qualification: 'StateOwnedEntity' },
      ],
    },
    {
      id: '60a362c4-b391-4270-91d4-7f8392b1c007',
      companyName: 'Adventure Works',
      domain: 'adventure-works.example.com',
      country: 'US',
      relationshipToPartner: 'reseller',
      qualifications: [],
    },
    {
      id: '71b473d5-c4a2-4381-82e5-809403c2d108',
      companyName: 'Litware Institute',
      domain: 'litware.example.edu',
      country: 'DE',
      relationshipToPartner: 'reseller',
      qualifications: [],
    },
  ],
  validationCodes: [
    { organizationName: 'Contoso, Inc.', validationId: '12345', maxCreates: 5, remainingCreates: 4 },
    {
      organizationName: 'Contoso, Inc. Finance Department',
      validationId: '987654',
      maxCreates: 5,
      remainingCreates: 5,
    },
  ],
};

/** A second partner, so that a program can see that one partner's customers do not exist for another. */
const proseware: SamplePartner = {
  tenantId: '2c2e1b1a-6f3d-4a53-8d5e-0e6f7a8b9c10',
  name: 'Proseware Cloud',
  customers: [
    {
      id: '82c584e6-d5b3-4492-93f6-91a514d3e209',
      companyName: "Margie's Travel",
      domain: 'margies.example.com',
      country: 'US',
      relationshipToPartner: 'reseller',
      qualifications: [{ qualification: 'Education', vettingStatus: 'Approved' }],
    },
  ],
  validationCodes: [],
};

const users: Readonly<Record<SampleUserName, SampleUser>> = {
  agent: {
    userPrincipalName: 'agent@contoso.example',
    displayName: 'Contoso Agent',
    tenantId: contoso.tenantId,
    tenantName: contoso.name,
    objectId: '5d0e9a14-7c62-4b8f-8e31-6a9b0c1d2e01',
    roles: [],
  },
  reviewer: {
    userPrincipalName: 'reviewer@vetting.example',
    displayName: 'Vetting Reviewer',
    tenantId: operator.tenantId,
    tenantName: operator.name,
    objectId: '6e1fab25-8d73-4c90-9f42-7bac1d2e3f02',
    roles: ['Vetting.Review'],
  },
  administrator: {
    userPrincipalName: 'administrator@vetting.example',
    displayName: 'Vetting Administrator',
    tenantId: operator.tenantId,
    tenantName: operator.name,
    objectId: '7f20bc36-9e84-4da1-8053-8cbd2e3f4003',
    roles: ['Vetting.Review', 'Vetting.Administer'],
  },
};

/** The sandbox's sample data. The identifiers never change, so that documentation, tests and tools can name them. */
export const sampleData = { operator, users, partner: contoso, otherPartner: proseware } as const;
