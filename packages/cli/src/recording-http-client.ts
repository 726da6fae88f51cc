import type { PartnerCenterClientOptions } from '@vetted/client';

type HttpClient = NonNullable<PartnerCenterClientOptions['httpClient']>;
type Response = Awaited<ReturnType<HttpClient['sendRequest']>>;

/** An HTTP client that keeps what each request was answered, to the letter. */
export interface RecordingHttpClient {
  readonly httpClient: HttpClient;
  /** The parsed body of the answer to a request, by its `MS-RequestId`; of the last try where there were several. */
  bodyOf(requestId: string): unknown;
}

export async function recordingHttpClient(): Promise<RecordingHttpClient> {
  const { createDefaultHttpClient } = await import('@azure/core-rest-pipeline');
  const inner = createDefaultHttpClient();
  const responses = new Map<string, Response>();
  return {
    httpClient: {
      async sendRequest(request) {
        const response = await inner.sendRequest(request);
        responses.set(request.requestId, response);
        return response;
      },
    },
    // Read late: where the client streams the body, it puts the text there itself.
    bodyOf: (requestId) => JSON.parse(responses.get(requestId)?.bodyAsText || 'null'),
  };
}
