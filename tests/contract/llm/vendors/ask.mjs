// What the vendors' packages say, one JSON object a line in, one out:
//   {"do":"valid", "schema": NAME, "value"} → {"error": null or a text}
//   {"do":"frame", "headers", "payload"} → {"bytes": base64}
//   {"do":"sign", "url", "headers", "body", "now", "token"?} → {"authorization"}
//   {"do":"count", "text"} → {"tokens": {tokenizer: count}}
//   {"do":"client", "provider", "model", "body", "bytes"} → {"path", "sent", "text", "calls", "output"}: the vendor's
//     client sends what `body` asks for and reads the stream `bytes` as the answer
import fs from 'node:fs';
import readline from 'node:readline';
import { createHash, createHmac } from 'node:crypto';

const clients = {
  async anthropic({ body, bytes }) {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const wire = captured(bytes);
    const client = new Anthropic({ apiKey: 'x', fetch: wire.fetch, maxRetries: 0 });
    const message = await client.messages.stream(body).finalMessage();
    const of = (type) => message.content.filter((block) => block.type === type);
    return {
      ...wire, text: of('text').map((block) => block.text).join(''), output: message.usage.output_tokens,
      calls: of('tool_use').map(({ id, name, input }) => ({ id, name, input })),
    };
  },

  async openai({ body, bytes }) {
    const { default: OpenAI } = await import('openai');
    const wire = captured(bytes);
    const client = new OpenAI({ apiKey: 'x', fetch: wire.fetch, maxRetries: 0 });
    const answer = await client.chat.completions.stream(body).finalChatCompletion();
    const { content, refusal, tool_calls: calls } = answer.choices[0].message;
    return {
      ...wire, text: (content ?? '') + (refusal ?? ''), output: answer.usage?.completion_tokens ?? 0,
      calls: (calls ?? []).map((call) => ({ id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) })),
    };
  },

  async gemini({ model, body, bytes }) {
    const { GoogleGenAI } = await import('@google/genai');
    const wire = captured(bytes);
    globalThis.fetch = wire.fetch;
    const { contents, systemInstruction, tools, toolConfig, generationConfig } = body;
    const config = { ...generationConfig, systemInstruction, tools, toolConfig };
    const stream = await new GoogleGenAI({ apiKey: 'x' }).models.generateContentStream({ model, contents, config });
    const answer = { text: '', calls: [], output: 0 };
    for await (const event of stream) {
      for (const part of event.candidates?.[0]?.content?.parts ?? []) {
        if (part.functionCall) answer.calls.push({ id: part.functionCall.id, name: part.functionCall.name, input: part.functionCall.args });
        else if (!part.thought) answer.text += part.text ?? '';
      }
      answer.output = (event.usageMetadata?.candidatesTokenCount ?? 0) + (event.usageMetadata?.thoughtsTokenCount ?? 0);
    }
    return { ...wire, ...answer };
  },

  async bedrock({ model, body, bytes }) {
    const { BedrockRuntimeClient, ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
    const { Readable } = await import('node:stream');
    const wire = {};
    const client = new BedrockRuntimeClient({
      region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'y' }, maxAttempts: 1,
      requestHandler: {
        handle: async (request) => {
          wire.path = request.path;
          wire.sent = JSON.parse(new TextDecoder().decode(request.body));
          const headers = { 'content-type': 'application/vnd.amazon.eventstream' };
          return { response: { statusCode: 200, headers, body: Readable.from([Buffer.from(bytes, 'base64')]) } };
        },
      },
    });
    const answer = { text: '', calls: [], output: 0 };
    const { stream } = await client.send(new ConverseStreamCommand({ modelId: model, ...body }));
    for await (const event of stream) {
      const start = event.contentBlockStart?.start?.toolUse;
      if (start) answer.calls.push({ id: start.toolUseId, name: start.name, input: '' });
      answer.text += event.contentBlockDelta?.delta?.text ?? '';
      const more = event.contentBlockDelta?.delta?.toolUse?.input;
      if (more) answer.calls.at(-1).input += more;
      answer.output = event.metadata?.usage?.outputTokens ?? answer.output;
    }
    for (const call of answer.calls) call.input = JSON.parse(call.input);
    return { ...wire, ...answer };
  },
};

// A fetch that keeps what is sent and answers with a stream.
function captured(bytes) {
  const wire = {};
  Object.defineProperty(wire, 'fetch', {
    value: async (url, init) => {
      const at = new URL(typeof url === 'string' ? url : url.url ?? url.href);
      wire.path = at.pathname + at.search;
      wire.sent = JSON.parse(init.body);
      return new Response(Buffer.from(bytes, 'base64'), { status: 200, headers: { 'content-type': 'text/event-stream' } });
    },
  });
  return wire;
}

const answers = {
  async client(order) {
    return clients[order.provider](order);
  },

  async valid({ schema, value }) {
    validators[schema] ??= await compile(schema);
    const check = validators[schema];
    if (check(value)) return { error: null };
    const deepest = [...check.errors].sort((a, b) => b.instancePath.length - a.instancePath.length)[0];
    return { error: `${deepest.instancePath} ${deepest.message} ${JSON.stringify(deepest.params)}` };
  },

  async frame({ headers, payload }) {
    const { EventStreamCodec } = await import('@smithy/core/event-streams');
    const codec = new EventStreamCodec((bytes) => Buffer.from(bytes).toString(), (text) => Buffer.from(text));
    const typed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }]));
    return { bytes: Buffer.from(codec.encode({ headers: typed, body: Buffer.from(payload) })).toString('base64') };
  },

  async sign({ url, headers, body, now, token }) {
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const at = new URL(url);
    const signer = new SignatureV4({
      service: 'bedrock', region: 'eu-central-1', sha256: Sha256, applyChecksum: false,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: token || undefined },
    });
    const signed = await signer.sign(
      { method: 'POST', protocol: at.protocol, hostname: at.hostname, path: at.pathname, query: {}, headers: { ...headers, host: at.host }, body },
      { signingDate: new Date(now) });
    return { authorization: signed.headers.authorization };
  },

  async count({ text }) {
    const { countTokens } = await import('@anthropic-ai/tokenizer');
    const cl100k = await import('gpt-tokenizer/encoding/cl100k_base');
    const o200k = await import('gpt-tokenizer/encoding/o200k_base');
    return { tokens: { claude: countTokens(text), cl100k: cl100k.encode(text).length, o200k: o200k.encode(text).length } };
  },
};

const validators = {};
async function compile(name) {
  const { default: Ajv } = await import('ajv');
  const schema = JSON.parse(fs.readFileSync(`${name}.json`, 'utf8'));
  return new Ajv({ strict: false, allowUnionTypes: true }).compile(schema);
}

class Sha256 {
  constructor(secret) { this.hash = secret ? createHmac('sha256', secret) : createHash('sha256'); }
  update(data) { this.hash.update(data); }
  async digest() { return new Uint8Array(this.hash.digest()); }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer;
  try { answer = await answers[order.do](order); } catch (error) { answer = { failed: String(error.stack ?? error) }; }
  console.log(JSON.stringify(answer));
}
