/** How a program takes a delivery: the example of `verifyWebhook` in the client. */
export const verifyWebhookSample = `import { isWebhookVerificationError, verifyWebhook } from '@vetted/client';

export async function receive(request: Request, secret: string): Promise<Response> {
  try {
    const event = verifyWebhook(await request.text(), request.headers, secret);
    console.log(event.id, event.eventName, event.customerId, event.qualification);
    return new Response(null, { status: 204 });
  } catch (error) {
    if (!isWebhookVerificationError(error)) throw error;
    return new Response(null, { status: 400 });
  }
}`;
