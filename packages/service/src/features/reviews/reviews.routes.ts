import {
  Review,
  ReviewCollection,
  ReviewDecision,
  ReviewDetails,
  ReviewParams,
  ReviewReopening,
  ReviewsQuery,
  vettingPaths,
} from '@vetted/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendJsonText } from '../../http/faults.js';
import { requireRole } from '../../http/identity.js';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import { readSize } from '../../http/query.js';
import type { DecisionsService, DeskAnswer, DeskContext } from './decisions.service.js';
import { etagOf } from './expected-versions.js';
import type { ReviewsService } from './reviews.service.js';

const tags = ['Vetting desk'];
const ifMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The version to decide by: the ETag, a list of ETags, or an asterisk for any.' }),
  ),
});
const changeFaults = describedFaults([
  'ResourceNotFound',
  'BodyInvalid',
  'InputInvalid',
  'ReviewDecided',
  'ReviewNotApproved',
  'RequestIdReused',
  'VersionStale',
  'PayloadTooLarge',
  'UnsupportedMediaType',
]);

const listReviewsSchema = {
  summary: 'List reviews',
  description: 'For reviewers. The next page is asked for with continuationToken, which carries the whole query.',
  tags,
  querystring: ReviewsQuery,
  response: { 200: ReviewCollection, ...describedFaults(['InputInvalid']) },
};

const getReviewSchema = {
  summary: 'Get a review',
  description: 'For reviewers: the review, its customer, earlier attempts and the history. The ETag is the version.',
  tags,
  params: ReviewParams,
  querystring: noQuery,
  response: { 200: ReviewDetails, ...describedFaults(['ResourceNotFound', 'InputInvalid']) },
};

const decideReviewSchema = {
  summary: 'Decide a review',
  description:
    'For reviewers, but nobody decides what the same person submitted. Without If-Match the first decision stands. A ' +
    'repetition with the same MS-RequestId gets the first answer again.',
  tags,
  params: ReviewParams,
  querystring: noQuery,
  headers: ifMatch,
  body: ReviewDecision,
  response: { 200: Review, ...changeFaults },
};

const reopenReviewSchema = {
  summary: 'Take an approval back',
  description:
    'For reviewers: an approval becomes a denial, and the partner reads "No longer an Education Customer". A repetition ' +
    'with the same MS-RequestId gets the first answer again.',
  tags,
  params: ReviewParams,
  querystring: noQuery,
  headers: ifMatch,
  body: ReviewReopening,
  response: { 200: Review, ...changeFaults },
};

export function reviewsRoutes(app: ServiceInstance, reviews: ReviewsService, decisions: DecisionsService): void {
  const onRequest = requireRole('Vetting.Review');

  app.get(vettingPaths.reviews, { schema: listReviewsSchema, onRequest, preValidation: readSize }, (request) =>
    reviews.list(request.query),
  );
  app.get(vettingPaths.review, { schema: getReviewSchema, onRequest }, async (request, reply) => {
    const review = await reviews.get(request.params.reviewId);
    reply.header('ETag', etagOf(review));
    return review;
  });
  app.post(vettingPaths.decision, { schema: decideReviewSchema, onRequest }, async (request, reply) =>
    send(reply, await decisions.decide(contextOf(request), request.body)),
  );
  app.post(vettingPaths.reopen, { schema: reopenReviewSchema, onRequest }, async (request, reply) =>
    send(reply, await decisions.reopen(contextOf(request), request.body)),
  );
}

type ReviewRequest = Pick<FastifyRequest, 'caller' | 'correlationId' | 'requestId' | 'headers'> & {
  readonly params: ReviewParams;
};

function contextOf({ caller, correlationId, requestId, params, headers }: ReviewRequest): DeskContext {
  return { caller, correlationId, requestId, reviewId: params.reviewId, ifMatch: headers['if-match'] };
}

function send(reply: FastifyReply, { status, body, etag }: DeskAnswer): FastifyReply {
  if (etag !== undefined) reply.header('ETag', etag);
  return sendJsonText(reply, status, body);
}
