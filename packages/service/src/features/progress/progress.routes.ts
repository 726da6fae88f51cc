import {
  canonicalQualificationName,
  HistoryStep,
  QualificationParams,
  QualificationProgress,
  vettingPaths,
} from '@vetted/contract';
import { Type } from 'typebox';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { ProgressService } from './progress.service.js';

const faultsOfBoth = describedFaults([
  'CustomerIdInvalid',
  'InputInvalid',
  'CustomerNotFound',
  'ResourceNotFound',
  'RelationshipEnded',
  'PartnerUnknown',
]);

const getProgressSchema = {
  summary: 'Get one qualification of a customer, and where its vetting stands',
  tags: ['Vetting'],
  params: QualificationParams,
  querystring: noQuery,
  response: { 200: QualificationProgress, ...faultsOfBoth },
};

const getHistorySchema = {
  summary: "Get the history of a customer's qualification",
  tags: ['Vetting'],
  params: QualificationParams,
  querystring: noQuery,
  response: {
    200: Type.Array(HistoryStep, { description: 'Every step, oldest first. Empty where there was none.' }),
    ...faultsOfBoth,
  },
};

export function progressRoutes(app: ServiceInstance, progress: ProgressService): void {
  app.get(vettingPaths.qualification, { schema: getProgressSchema, preValidation: readName }, ({ caller, params }) =>
    progress.get(caller, params.customerId, params.qualification),
  );
  app.get(vettingPaths.history, { schema: getHistorySchema, preValidation: readName }, ({ caller, params }) =>
    progress.history(caller, params.customerId, params.qualification),
  );
}

/** Names are read in any letter case; one that is not known stays, so that the schema refuses it. */
async function readName({ params }: { params: { qualification: string } }): Promise<void> {
  params.qualification = canonicalQualificationName(params.qualification);
}
