/** What people call things. Names that are not known are shown as the service sends them. */
const qualifications: Readonly<Record<string, string>> = {
  Education: 'Education',
  GovernmentCommunityCloud: 'Government Community Cloud',
  StateOwnedEntity: 'State Owned Entity',
};

const statuses: Readonly<Record<string, string>> = { InReview: 'In review', Approved: 'Approved', Denied: 'Denied' };

const roles: Readonly<Record<string, string>> = {
  'Vetting.Review': 'Reviewer',
  'Vetting.Administer': 'Administrator',
};

export const qualificationWord = (name: string): string => wordOf(qualifications, name);
export const statusWord = (status: string): string => wordOf(statuses, status);
export const roleWord = (role: string): string => wordOf(roles, role);

function wordOf(words: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? name) : name;
}
