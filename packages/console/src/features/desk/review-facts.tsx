import type { ReviewDetails } from '@vetted/client';
import { CopyButton } from '../../ui/copy-button.js';
import { countryName } from '../../ui/country-name.js';
import { DateTime } from '../../ui/date-time.js';
import { NewTabLink } from '../../ui/new-tab-link.js';
import { qualificationWord } from '../../ui/words.js';
import { Fact, Facts, Part } from './facts.js';
import { websiteLink } from './website.js';
import { Who } from './who.js';

const segments: Readonly<Record<string, string>> = {
  K12: 'Primary and secondary (K-12)',
  HigherEducation: 'Higher education',
};

/** The request, and the customer that it is for. */
export function ReviewFacts({ review }: { readonly review: ReviewDetails }) {
  const { customerId, domain, educationSegment, website, attempt, partnerId, partnerName } = review;
  const country = review.customer.companyProfile.address?.country;
  return (
    <>
      <Part title="Request">
        <Facts>
          <Fact name="Qualification">{qualificationWord(review.qualification)}</Fact>
          {educationSegment !== undefined && (
            <Fact name="Segment">{segments[educationSegment] ?? educationSegment}</Fact>
          )}
          <Fact name="Website">{website === undefined ? 'None given' : <Website text={website} />}</Fact>
          <Fact name="Attempt">{attempt}</Fact>
          <Fact name="Submitted">
            <DateTime value={review.submittedAt} />
          </Fact>
          <Fact name="Due">
            <DateTime value={review.dueAt} />
          </Fact>
          <Fact name="Partner">
            <bdi>{partnerName}</bdi>
          </Fact>
          <Fact name="Partner's Microsoft ID">
            {partnerId} <CopyButton text={partnerId} label="Copy the partner's Microsoft ID" iconOnly />
          </Fact>
          <Fact name="Submitted by">
            <Who id={review.submittedBy} />
          </Fact>
        </Facts>
      </Part>
      <Part title="Customer">
        <Facts>
          <Fact name="Domain">
            <bdi>{domain}</bdi>
          </Fact>
          <Fact name="Country">{country === undefined ? 'Not known' : countryName(country)}</Fact>
          <Fact name="Microsoft ID">
            {customerId} <CopyButton text={customerId} label="Copy Microsoft ID" iconOnly />
          </Fact>
        </Facts>
      </Part>
    </>
  );
}

function Website({ text }: { readonly text: string }) {
  const link = websiteLink(text);
  if (link === undefined) return <bdi>{text}</bdi>;
  // Where letters of other scripts look like these, the host as machines read it gives them away.
  const isPlain = text.toLowerCase().includes(link.host);
  return (
    <>
      <NewTabLink href={link.href}>
        <bdi>{text}</bdi>
      </NewTabLink>
      {!isPlain && ` (${link.host})`}
    </>
  );
}
