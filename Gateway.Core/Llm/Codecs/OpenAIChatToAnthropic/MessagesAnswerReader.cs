using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Observers;
using Gateway.Shared.Results;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Reads a one-shot Messages answer into a chat answer.</summary>
internal static class MessagesAnswerReader
{
    public static Result<ChatAnswer> Read(ReadOnlyMemory<byte> body, MessagesAnswerTranslation translation, out LlmAnswer facts)
    {
        facts = new LlmAnswer();
        try
        {
            using var document = JsonDocument.Parse(body, LlmJson.DocumentOptions);
            var root = document.RootElement;
            if (root.TryGetMember("error"u8, out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String)
            {
                return new LlmFault(502, OneShotReader.ReadErrorMessage(error.Raw()) is { Length: > 0 } message ? message : "the upstream reported an error");
            }

            if (!root.TryGetMember("content"u8, out var content) || content.ValueKind != JsonValueKind.Array)
            {
                return new LlmFault(502, "'content' not in messages response");
            }

            return Read(root, content, translation, out facts);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return new LlmFault(502, "the upstream's answer is not valid JSON");
        }
    }

    private static ChatAnswer Read(JsonElement root, JsonElement content, MessagesAnswerTranslation translation, out LlmAnswer facts)
    {
        var dropped = new DroppedNames();
        var model = root.FindString("model"u8);
        var id = root.FindString("id"u8);
        var answer = new ChatAnswer { Id = translation.CompletionId(id), Model = string.IsNullOrEmpty(model) ? translation.Model : model };
        long characters = 0;
        foreach (var block in content.EnumerateArray())
        {
            characters += AddBlock(block, answer, translation, dropped);
        }

        var usage = ReadUsage(root, out var tier);
        var stopReason = root.FindString("stop_reason"u8);
        answer.FinishReason = MessagesFinish.Map(stopReason, answer.Calls.Count > 0);
        answer.Usage = usage ?? translation.EstimateUsage(characters);
        facts = new LlmAnswer
        {
            Usage = usage,
            ResponseModel = model,
            ResponseId = id,
            FinishReason = stopReason,
            ServiceTier = tier,
            SawFirstContent = true,
            SawTerminal = true,
            OutputCharacters = characters,
            Dropped = dropped.Names,
        };
        return answer;
    }

    /// <returns>Characters that the model wrote.</returns>
    private static int AddBlock(JsonElement block, ChatAnswer answer, MessagesAnswerTranslation translation, DroppedNames dropped)
    {
        var type = block.FindString("type"u8);
        switch (type)
        {
            case "text" when block.TryGetText("text"u8, out var text):
                answer.Content.Append(text);
                return JsonText.CountCharacters(text.RawContent());
            case "thinking" when block.TryGetText("thinking"u8, out var thinking):
                if (translation.ShowsReasoning)
                {
                    answer.Reasoning.Append(thinking);
                }

                return JsonText.CountCharacters(thinking.RawContent());
            case "tool_use":
                var input = block.TryGetMember("input"u8, out var value) && value.ValueKind == JsonValueKind.Object ? value.Raw() : "{}"u8;
                var escaped = new ArrayBufferWriter<byte>(input.Length + 16);
                new JsonEmitter(escaped).EscapedCompact(input);
                var name = block.FindString("name"u8) ?? "";
                if (translation.IsOutput(name))
                {
                    answer.Content.AppendRaw(escaped.WrittenSpan);
                }
                else
                {
                    var id = block.FindString("id"u8) is { Length: > 0 } own ? own : "call_" + translation.NewId();
                    answer.Calls.Add(new ChatCall(id, name, new RawText().AppendRaw(escaped.WrittenSpan)));
                }

                return input.Length;
            case "redacted_thinking":
                return 0;
            default:
                // Tools that the provider ran itself are no calls for the client.
                dropped.Add("content." + (type ?? "unknown"));
                return 0;
        }
    }

    private static TokenUsage? ReadUsage(JsonElement root, out string? tier)
    {
        tier = null;
        if (!root.TryGetMember("usage"u8, out var member) || member.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var reader = new Utf8JsonReader(member.Raw(), LlmJson.ReaderOptions);
        reader.Read();
        AnthropicUsage usage = default;
        usage.Read(ref reader, isProvisional: false);
        tier = usage.ServiceTier;
        return usage.ToUsage();
    }
}
