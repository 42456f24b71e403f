using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Observers;
using Gateway.Shared.Results;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Reads a one-shot chat answer into a Messages answer.</summary>
internal static class ChatAnswerReader
{
    public static Result<AnthropicAnswer> Read(ReadOnlyMemory<byte> body, ChatAnswerTranslation translation)
    {
        try
        {
            using var document = JsonDocument.Parse(body, LlmJson.DocumentOptions);
            var root = document.RootElement;
            if (root.TryGetMember("error"u8, out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String)
            {
                return new LlmFault(502, OneShotReader.ReadErrorMessage(error.Raw()) is { Length: > 0 } message ? message : "the upstream reported an error");
            }

            if (!root.TryGetMember("choices"u8, out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0)
            {
                return new LlmFault(502, "'choices' not in llm/v1/chat response");
            }

            return Read(root, choices, translation);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return new LlmFault(502, "the upstream's answer is not valid JSON");
        }
    }

    /// <summary>The Messages id for a chat id: <c>chatcmpl-x</c> becomes <c>msg_x</c>.</summary>
    public static string MessageId(string? id, Func<string> newId)
    {
        if (string.IsNullOrEmpty(id))
        {
            return "msg_" + newId();
        }

        return id.StartsWith("msg_", StringComparison.Ordinal) ? id
            : id.StartsWith("chatcmpl-", StringComparison.Ordinal) ? "msg_" + id["chatcmpl-".Length..]
            : "msg_" + id;
    }

    /// <summary>A stable id for a call of the older API, which had none.</summary>
    public static string FunctionCallId(string name) =>
        "call_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 12));

    private static AnthropicAnswer Read(JsonElement root, JsonElement choices, ChatAnswerTranslation translation)
    {
        var dropped = new DroppedNames();
        if (choices.GetArrayLength() > 1)
        {
            dropped.Add("choices");
        }

        var choice = choices[0];
        choice.TryGetMember("message"u8, out var message);
        var blocks = new List<AnthropicBlock>();
        long characters = 0;
        if (translation.WantsThinking && (message.TryGetText("reasoning_content"u8, out var reasoning) || message.TryGetText("reasoning"u8, out reasoning))
            && reasoning.RawContent().Length > 0)
        {
            blocks.Add(new AnthropicBlock(AnthropicBlockKind.Thinking, new RawText(reasoning)));
            characters += JsonText.CountCharacters(reasoning.RawContent());
        }

        var text = ReadText(message, out var isRefusal);
        if (!text.IsEmpty)
        {
            blocks.Add(new AnthropicBlock(AnthropicBlockKind.Text, text));
            characters += JsonText.CountCharacters(text.Written);
        }

        var hasTools = ReadTools(message, blocks, translation, dropped, ref characters);
        if (blocks.Count == 0)
        {
            // A message without any block ends the client's turn with an error.
            blocks.Add(new AnthropicBlock(AnthropicBlockKind.Text, new RawText()));
        }

        var finishReason = choice.FindString("finish_reason"u8);
        var stopSequence = choice.FindString("stop_reason"u8) ?? choice.FindString("matched_stop"u8);
        var stopReason = ChatStopReason.Map(finishReason, hasTools, isRefusal, stopSequence);
        var usage = ReadUsage(root);
        var model = root.FindString("model"u8) is { Length: > 0 } own ? own : translation.Model;
        var answer = new AnthropicAnswer
        {
            Id = MessageId(root.FindString("id"u8), translation.NewId),
            Model = model,
            StopReason = stopReason,
            StopSequence = stopReason == "stop_sequence" ? stopSequence : null,
            Usage = usage ?? translation.EstimateUsage(characters),
            Facts = new LlmAnswer
            {
                Usage = usage,
                ResponseModel = root.FindString("model"u8),
                ResponseId = root.FindString("id"u8),
                FinishReason = finishReason,
                ServiceTier = root.FindString("service_tier"u8),
                SawFirstContent = true,
                SawTerminal = true,
                OutputCharacters = characters,
                Dropped = dropped.Names,
            },
        };
        answer.Blocks.AddRange(blocks);
        return answer;
    }

    private static RawText ReadText(JsonElement message, out bool isRefusal)
    {
        var text = new RawText();
        isRefusal = false;
        if (message.TryGetMember("content"u8, out var content))
        {
            if (content.ValueKind == JsonValueKind.String)
            {
                text.Append(content);
            }
            else if (content.ValueKind == JsonValueKind.Array)
            {
                foreach (var part in content.EnumerateArray())
                {
                    if (part.TryGetText("text"u8, out var piece))
                    {
                        text.Append(piece);
                    }
                }
            }
        }

        if (message.TryGetText("refusal"u8, out var refusal) && refusal.RawContent().Length > 0)
        {
            isRefusal = true;
            text.Append(refusal);
        }

        if (text.IsEmpty && message.TryGetMember("audio"u8, out var audio) && audio.TryGetText("transcript"u8, out var transcript))
        {
            text.Append(transcript);
        }

        return text;
    }

    private static bool ReadTools(JsonElement message, List<AnthropicBlock> blocks, ChatAnswerTranslation translation, DroppedNames dropped, ref long characters)
    {
        var any = false;
        if (message.TryGetMember("tool_calls"u8, out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            foreach (var call in calls.EnumerateArray())
            {
                if (!call.TryGetMember("function"u8, out var function))
                {
                    dropped.Add("tool_calls." + (call.FindString("type"u8) ?? "unknown"));
                    continue;
                }

                any = true;
                var id = call.FindString("id"u8) is { Length: > 0 } own ? own : "call_" + translation.NewId();
                AddTool(function, id, blocks, translation, dropped, ref characters);
            }
        }
        else if (message.TryGetMember("function_call"u8, out var legacy))
        {
            any = true;
            AddTool(legacy, FunctionCallId(legacy.FindString("name"u8) ?? ""), blocks, translation, dropped, ref characters);
        }

        return any;
    }

    private static void AddTool(
        JsonElement function, string id, List<AnthropicBlock> blocks, ChatAnswerTranslation translation, DroppedNames dropped, ref long characters)
    {
        var input = new RawText();
        function.TryGetMember("arguments"u8, out var arguments);
        var json = arguments.ValueKind switch
        {
            JsonValueKind.String => Encoding.UTF8.GetBytes(JsonText.GetString(arguments)),
            JsonValueKind.Undefined => [],
            _ => arguments.Raw().ToArray(),
        };
        characters += json.Length;
        if (JsonText.IsObject(json))
        {
            var compact = new ArrayBufferWriter<byte>(json.Length + 16);
            new JsonEmitter(compact).Compact(json);
            input.AppendRaw(compact.WrittenSpan);
        }
        else
        {
            if (json.Length > 0)
            {
                // Normal where the limit cut the answer short; the client reports a missing parameter to the model.
                dropped.Add("tool_calls.arguments");
            }

            input.AppendRaw("{}"u8);
        }

        var name = translation.Names.Restore(function.FindString("name"u8) ?? "");
        blocks.Add(new AnthropicBlock(AnthropicBlockKind.ToolUse, input, id, name));
    }

    private static TokenUsage? ReadUsage(JsonElement root)
    {
        if (!root.TryGetMember("usage"u8, out var usage) || usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var reader = new Utf8JsonReader(usage.Raw(), LlmJson.ReaderOptions);
        reader.Read();
        return UsageReader.ReadOpenAI(ref reader);
    }
}
