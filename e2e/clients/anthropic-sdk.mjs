// The official Anthropic SDK against a base URL: node anthropic-sdk.mjs BASE_URL SCENARIO; prints one JSON object.
import Anthropic from '@anthropic-ai/sdk';

const [baseURL, scenario] = process.argv.slice(2);
const client = new Anthropic({ baseURL, apiKey: process.env.CLIENT_KEY ?? 'client', maxRetries: 0 });
const model = 'claude-test-model';
const max_tokens = 512;
const question = { role: 'user', content: 'How is the weather in Bergen?' };
const tools = [{
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}];

const textOf = message => message.content.filter(block => block.type === 'text').map(block => block.text).join('');

const scenarios = {
  async 'messages'() {
    const answer = await client.messages.create({ model, max_tokens, messages: [{ role: 'user', content: 'Ping' }] });
    return { text: textOf(answer), stop: answer.stop_reason, role: answer.role, usage: answer.usage };
  },

  async 'messages-stream'() {
    const types = [];
    const stream = client.messages.stream({ model, max_tokens, messages: [{ role: 'user', content: 'Ping' }] });
    stream.on('streamEvent', event => types.push(event.type));
    const answer = await stream.finalMessage();
    return { text: textOf(answer), stop: answer.stop_reason, first: types[0], last: types.at(-1), usage: answer.usage };
  },

  async 'messages-tools'() {
    const messages = [question];
    const first = await client.messages.create({ model, max_tokens, messages, tools });
    const call = first.content.find(block => block.type === 'tool_use');
    messages.push(
      { role: 'assistant', content: first.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'drizzle, 9 degrees' }] });
    const second = await client.messages.create({ model, max_tokens, messages, tools });
    return { stop: first.stop_reason, name: call.name, arguments: call.input, text: textOf(second) };
  },

  async 'messages-tools-stream'() {
    const answer = await client.messages.stream({ model, max_tokens, messages: [question], tools }).finalMessage();
    const call = answer.content.find(block => block.type === 'tool_use');
    return { stop: answer.stop_reason, name: call.name, arguments: call.input };
  },

  async 'error'() {
    try {
      await client.messages.create({ model, max_tokens, messages: [] });
      return { status: 200 };
    } catch (error) {
      return { status: error.status, type: error.error?.error?.type, message: error.message };
    }
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
