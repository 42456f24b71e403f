using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>Answers of the Messages API (Anthropic API reference, streaming messages).</summary>
internal static class MessagesAnswer
{
    /// <param name="repeatsPrompt">Whether the last event tells the counts of the prompt again, as newer releases do: they must not be added.</param>
    /// <param name="isWhole">False: without the end, as far as the first words.</param>
    public static string Stream(string id, string model, Tokens tokens, Doing doing, bool repeatsPrompt, bool isWhole = true)
    {
        var sse = new Sse().Event(new JsonObject
        {
            ["type"] = "message_start",
            ["message"] = new JsonObject
            {
                ["id"] = id, ["type"] = "message", ["role"] = "assistant", ["model"] = model, ["content"] = new JsonArray(), ["stop_reason"] = null,
                // The one token of output in the first event is the provider's placeholder.
                ["usage"] = Usage(tokens, output: 1, hasPrompt: true),
            },
        });
        var index = 0;
        if (doing.Thought is { } thought)
        {
            Block(sse, index++, new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" }, new JsonObject { ["type"] = "thinking_delta", ["thinking"] = thought }, new JsonObject { ["type"] = "signature_delta", ["signature"] = "c2lnbmVk" });
        }

        Start(sse, index, new JsonObject { ["type"] = "text", ["text"] = "" });
        sse.Event(Delta(index, new JsonObject { ["type"] = "text_delta", ["text"] = doing.Says }));
        if (!isWhole)
        {
            return sse.ToString();
        }

        Stop(sse, index++);
        foreach (var (call, name, arguments) in doing.Tools)
        {
            var text = arguments.ToJsonString();
            Block(
                sse, index++, new JsonObject { ["type"] = "tool_use", ["id"] = call, ["name"] = name, ["input"] = new JsonObject() },
                new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = text[..(text.Length / 2)] }, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = text[(text.Length / 2)..] });
        }

        return sse
            .Event(new JsonObject { ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = doing.Tools.Count > 0 ? "tool_use" : "end_turn", ["stop_sequence"] = null }, ["usage"] = Usage(tokens, tokens.Output, repeatsPrompt) })
            .Event(new JsonObject { ["type"] = "message_stop" })
            .ToString();
    }

    public static string Whole(string id, string model, Tokens tokens, string says) => new JsonObject
    {
        ["id"] = id, ["type"] = "message", ["role"] = "assistant", ["model"] = model,
        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = says }),
        ["stop_reason"] = "end_turn", ["stop_sequence"] = null, ["usage"] = Usage(tokens, tokens.Output, hasPrompt: true),
    }.ToJsonString();

    public static string Error(string type, string message) =>
        new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = type, ["message"] = message } }.ToJsonString();

    private static JsonObject Usage(Tokens tokens, long output, bool hasPrompt)
    {
        var usage = new JsonObject { ["output_tokens"] = output };
        if (hasPrompt)
        {
            // Of Anthropic's counts the prompt's does not include the cached ones.
            usage["input_tokens"] = tokens.Input;
            usage["cache_read_input_tokens"] = tokens.Read;
            usage["cache_creation_input_tokens"] = tokens.Write5m + tokens.Write1h;
            usage["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = tokens.Write5m, ["ephemeral_1h_input_tokens"] = tokens.Write1h };
            usage["service_tier"] = "standard";
        }

        return usage;
    }

    private static void Block(Sse sse, int index, JsonObject start, params ReadOnlySpan<JsonObject> deltas)
    {
        Start(sse, index, start);
        foreach (var delta in deltas)
        {
            sse.Event(Delta(index, delta));
        }

        Stop(sse, index);
    }

    private static void Start(Sse sse, int index, JsonObject block) => sse.Event(new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = block });

    private static JsonObject Delta(int index, JsonObject delta) => new() { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = delta };

    private static void Stop(Sse sse, int index) => sse.Event(new JsonObject { ["type"] = "content_block_stop", ["index"] = index });
}
