// The official OpenAI SDK against a base URL: node openai-sdk.mjs BASE_URL SCENARIO; prints one JSON object.
import OpenAI from 'openai';

const [baseURL, scenario] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: process.env.CLIENT_KEY ?? 'client', maxRetries: 0 });
const model = 'gpt-4o';
const question = { role: 'user', content: 'How is the weather in Bergen?' };
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const chatTools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
const responsesTools = [{ type: 'function', name: 'get_weather', parameters, strict: false }];

const scenarios = {
  async 'chat'() {
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Ping' }] });
    return { text: answer.choices[0].message.content, usage: answer.usage };
  },

  async 'chat-stream'() {
    const stream = await client.chat.completions.create({ model, stream: true, messages: [{ role: 'user', content: 'Ping' }] });
    let text = '';
    let usageChunks = 0;
    let finish = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      if (chunk.choices.length === 0) usageChunks++;
    }
    return { text, finish, usageChunks };
  },

  async 'chat-stream-usage'() {
    const stream = await client.chat.completions.create({
      model, stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: 'Ping' }],
    });
    let usage = null;
    for await (const chunk of stream) usage = chunk.usage ?? usage;
    return { usage };
  },

  async 'chat-tools'() {
    const messages = [question];
    const first = await client.chat.completions.create({ model, messages, tools: chatTools });
    const call = first.choices[0].message.tool_calls[0];
    messages.push(first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'drizzle, 9 degrees' });
    const second = await client.chat.completions.create({ model, messages, tools: chatTools });
    return {
      finish: first.choices[0].finish_reason, name: call.function.name, arguments: JSON.parse(call.function.arguments),
      text: second.choices[0].message.content,
    };
  },

  async 'chat-tools-stream'() {
    const stream = client.chat.completions.stream({ model, messages: [question], tools: chatTools });
    const answer = await stream.finalChatCompletion();
    const call = answer.choices[0].message.tool_calls[0];
    return { finish: answer.choices[0].finish_reason, name: call.function.name, arguments: JSON.parse(call.function.arguments) };
  },

  async 'responses'() {
    const answer = await client.responses.create({ model, input: 'Ping' });
    return { text: answer.output_text, status: answer.status };
  },

  async 'responses-stream'() {
    const stream = await client.responses.create({ model, input: 'Ping', stream: true });
    let text = '';
    let last = '';
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event.type;
    }
    return { text, last };
  },

  async 'responses-tools'() {
    const input = [question];
    const first = await client.responses.create({ model, input, tools: responsesTools });
    const call = first.output.find(item => item.type === 'function_call');
    input.push(call, { type: 'function_call_output', call_id: call.call_id, output: 'drizzle, 9 degrees' });
    const second = await client.responses.create({ model, input, tools: responsesTools });
    return { name: call.name, arguments: JSON.parse(call.arguments), text: second.output_text };
  },

  async 'error'() {
    try {
      await client.chat.completions.create({ model, messages: [] });
      return { status: 200 };
    } catch (error) {
      return { status: error.status, type: error.type, message: error.message };
    }
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
