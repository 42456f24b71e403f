// An OpenAI Chat upstream whose usage carries both details objects, which the mock provider leaves out.
// Prints its address; every call gets the same answer, as a stream or whole.
import http from 'node:http';

const model = 'gpt-5-mini-2025-08-07';
const usage = {
  prompt_tokens: 25,
  completion_tokens: 456,
  total_tokens: 481,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 256,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};
const text = 'A book written for a drawer.';
const envelope = { id: 'chatcmpl-details', created: 1760000000, model };

const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const asked = body === '' ? {} : JSON.parse(body);
  if (!asked.stream) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({
      ...envelope,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage,
    }));
    return;
  }

  response.setHeader('content-type', 'text/event-stream');
  const send = (choices, more = {}) =>
    response.write(`data: ${JSON.stringify({ ...envelope, object: 'chat.completion.chunk', choices, ...more })}\n\n`);
  send([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
  for (const word of text.match(/\S+\s*/g)) {
    send([{ index: 0, delta: { content: word }, finish_reason: null }]);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  if (asked.stream_options?.include_usage) send([], { usage });
  response.end('data: [DONE]\n\n');
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
