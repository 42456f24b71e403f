// A provider that tells stories: it answers OpenAI Chat, OpenAI Responses and Anthropic Messages with the text, the usage and the pace of a script.
import { createServer } from 'node:http';

const words = (text) => text.split(/(?<= )/);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const event = (name, data) => `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`;

const shapes = {
  messages: {
    *before(story) {
      yield event('message_start', { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: story.model, content: [], stop_reason: null, usage: { input_tokens: story.input, cache_read_input_tokens: story.cached, cache_creation_input_tokens: story.written, output_tokens: 1 } } });
      yield event('content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
    },
    piece: (text) => event('content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    *after(story) {
      yield event('content_block_stop', { type: 'content_block_stop', index: 0 });
      if (story.tool) {
        yield event('content_block_start', { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: story.tool.id, name: story.tool.name, input: {} } });
        yield event('content_block_delta', { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: JSON.stringify(story.tool.input) } });
        yield event('content_block_stop', { type: 'content_block_stop', index: 1 });
      }
      yield event('message_delta', { type: 'message_delta', delta: { stop_reason: story.tool ? 'tool_use' : 'end_turn' }, usage: { output_tokens: story.output } });
      yield event('message_stop', { type: 'message_stop' });
    },
  },
  responses: {
    *before(story) {
      yield event('response.created', { type: 'response.created', response: { id: 'resp_1', object: 'response', model: story.model, status: 'in_progress' } });
    },
    piece: (text) => event('response.output_text.delta', { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: text }),
    *after(story) {
      const output = [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: story.text, annotations: [] }] }];
      yield event('response.completed', { type: 'response.completed', response: { id: 'resp_1', object: 'response', model: story.model, status: 'completed', output, usage: { input_tokens: story.input + story.cached, input_tokens_details: { cached_tokens: story.cached }, output_tokens: story.output, output_tokens_details: { reasoning_tokens: story.reasoning }, total_tokens: story.input + story.cached + story.output } } });
    },
  },
  chat: {
    *before() {},
    piece: (text, story) => event(null, { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: story.model, choices: [{ index: 0, delta: { content: text } }] }),
    *after(story) {
      yield event(null, { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: story.model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      yield event(null, { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: story.model, choices: [], usage: { prompt_tokens: story.input + story.cached, completion_tokens: story.output, total_tokens: story.input + story.cached + story.output, prompt_tokens_details: { cached_tokens: story.cached }, completion_tokens_details: { reasoning_tokens: story.reasoning } } });
      yield 'data: [DONE]\n\n';
    },
  },
};

/** Starts it; the story of a call is the first one whose `prompt` stands last in the body. */
export async function startProvider(stories) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const asked = JSON.parse(body).model;
    const story = { input: 24, cached: 0, written: 0, output: 30, reasoning: 0, first: 300, pace: 25, model: 'gpt-5-mini', text: 'Done.', ...stories.map((s) => [body.lastIndexOf(s.prompt), s]).filter(([at]) => at >= 0).sort((a, b) => b[0] - a[0])[0]?.[1], ...(asked ? { model: asked } : {}) };
    if (story.status) {
      response.writeHead(story.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: story.text, type: 'rate_limit_error' } }));
      return;
    }
    const shape = shapes[request.url.includes('messages') ? 'messages' : request.url.includes('responses') ? 'responses' : 'chat'];
    await wait(story.first);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of shape.before(story)) response.write(text);
    for (const text of words(story.text)) {
      response.write(shape.piece(text, story));
      await wait(story.pace);
    }
    for (const text of shape.after(story)) response.write(text);
    response.end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.closeAllConnections() ?? server.close() };
}
