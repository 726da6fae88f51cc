/**
 * The response examples of Microsoft's page "Get a customer's qualification asynchronously", each with the sample
 * customer that reproduces it. A date that the page gives in one of its two spellings is answered in both.
 * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
 */
export const examples = [
  {
    title: 'Approved',
    customerId: '0a4f0c6e-5d3b-4c1a-9b7e-1f2d3c4b5a01',
    qualifications: [{ qualification: 'Education', vettingStatus: 'Approved' }],
  },
  {
    title: 'In Review',
    customerId: '1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02',
    qualifications: [
      {
        qualification: 'Education',
        vettingStatus: 'InReview',
        vettingCreatedDate: '2020-12-03T10:37:38.885Z',
        vettingCreateDate: '2020-12-03T10:37:38.885Z',
      },
    ],
  },
  {
    title: 'Denied',
    customerId: '2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03',
    qualifications: [
      {
        qualification: 'Education',
        vettingStatus: 'Denied',
        vettingReason: 'Not an Education Customer',
        vettingCreatedDate: '2020-12-03T10:37:38.885Z',
        vettingCreateDate: '2020-12-03T10:37:38.885Z',
      },
    ],
  },
  {
    title: 'State Owned Entity',
    customerId: '3d703f91-806e-4f4d-8ea1-4c506f7e8d04',
    qualifications: [{ qualification: 'StateOwnedEntity' }],
  },
  {
    title: 'State Owned Entity with Education',
    customerId: '4e8140a2-917f-405e-9fb2-5d61708f9e05',
    qualifications: [{ qualification: 'Education', vettingStatus: 'Approved' }, { qualification: 'StateOwnedEntity' }],
  },
  {
    title: 'State Owned Entity with GCC',
    customerId: '5f9251b3-a280-416f-80c3-6e7281a0af06',
    qualifications: [
      {
        qualification: 'GovernmentCommunityCloud',
        vettingStatus: 'Approved',
        vettingCreatedDate: '2021-05-06T19:59:56.6832021+00:00',
        vettingCreateDate: '2021-05-06T19:59:56.6832021+00:00',
      },
      { qualification: 'StateOwnedEntity' },
    ],
  },
] as const;

/** Sample customers without a qualification, to request one for. */
export const unqualified = {
  adventureWorks: '60a362c4-b391-4270-91d4-7f8392b1c007',
  litware: '71b473d5-c4a2-4381-82e5-809403c2d108',
} as const;

/** The other sample partner, and its customer, which is approved for Education. */
export const otherPartner = {
  tenantId: '2c2e1b1a-6f3d-4a53-8d5e-0e6f7a8b9c10',
  customerId: '82c584e6-d5b3-4492-93f6-91a514d3e209',
} as const;
