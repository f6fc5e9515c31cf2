// The vendors' types under names of ours; ts-json-schema-generator makes JSON Schemas of them.
import type { MessageCreateParamsStreaming, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages/messages';
import type { ChatCompletionCreateParamsStreaming, ChatCompletionChunk } from 'openai/resources/chat/completions/completions';
import type { ConverseStreamRequest, ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import type {
  Candidate, Content, GenerateContentResponsePromptFeedback, GenerateContentResponseUsageMetadata, GenerationConfig, Tool, ToolConfig,
} from '@google/genai';

export type AnthropicRequest = MessageCreateParamsStreaming;
export type AnthropicEvent = RawMessageStreamEvent;
export type OpenAiRequest = ChatCompletionCreateParamsStreaming;
export type OpenAiEvent = ChatCompletionChunk;

// The model's id is in the path.
export type BedrockRequest = Omit<ConverseStreamRequest, 'modelId'>;
export type BedrockEvent = ConverseStreamOutput;

// Its package has the parts of the wire's body, but the whole only in a form of its own.
export interface GeminiRequest {
  contents: Content[];
  systemInstruction?: Content;
  tools?: Tool[];
  toolConfig?: ToolConfig;
  generationConfig?: GenerationConfig;
}
export interface GeminiEvent {
  candidates?: Candidate[];
  promptFeedback?: GenerateContentResponsePromptFeedback;
  usageMetadata?: GenerateContentResponseUsageMetadata;
  modelVersion?: string;
  responseId?: string;
}
