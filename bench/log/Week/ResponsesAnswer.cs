using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>Streams of the Responses API and of Chat Completions (OpenAI API reference).</summary>
internal static class ResponsesAnswer
{
    /// <param name="tier">As the answer names it.</param>
    /// <param name="isWhole">False: without the end, as far as the first words; then the provider has told no counts.</param>
    public static string Stream(string id, string model, Tokens tokens, Doing doing, string tier, bool isWhole = true)
    {
        var output = new JsonArray();
        var sse = new Sse().Event(new JsonObject { ["type"] = "response.created", ["response"] = Response(id, model, "in_progress", tier, [], null) });
        if (doing.Thought is not null)
        {
            Item(sse, output, new JsonObject { ["type"] = "reasoning", ["id"] = "rs_" + id, ["summary"] = new JsonArray(), ["encrypted_content"] = "b3BhcXVl" });
        }

        sse.Event(new JsonObject { ["type"] = "response.output_text.delta", ["item_id"] = "msg_" + id, ["output_index"] = output.Count, ["content_index"] = 0, ["delta"] = doing.Says });
        if (!isWhole)
        {
            return sse.ToString();
        }

        Item(sse, output, new JsonObject
        {
            ["type"] = "message", ["id"] = "msg_" + id, ["role"] = "assistant", ["status"] = "completed",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = doing.Says, ["annotations"] = new JsonArray() }),
        });
        foreach (var (call, name, arguments) in doing.Tools)
        {
            Item(sse, output, name == "apply_patch"
                ? new JsonObject { ["type"] = "custom_tool_call", ["id"] = "ctc_" + call, ["call_id"] = call, ["name"] = name, ["input"] = arguments.ToJsonString(), ["status"] = "completed" }
                : new JsonObject { ["type"] = "function_call", ["id"] = "fc_" + call, ["call_id"] = call, ["name"] = name, ["arguments"] = arguments.ToJsonString(), ["status"] = "completed" });
        }

        // Here the counts of the prompt and of the output include the cached ones and reasoning.
        return sse.Event(new JsonObject
        {
            ["type"] = "response.completed",
            ["response"] = Response(id, model, "completed", tier, output, new JsonObject
            {
                ["input_tokens"] = tokens.Prompt,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = tokens.Read },
                ["output_tokens"] = tokens.Output,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = tokens.Reasoning },
                ["total_tokens"] = tokens.Prompt + tokens.Output,
            }),
        }).ToString();
    }

    /// <summary>A stream of Chat Completions: one choice in pieces, the counts in a chunk of their own.</summary>
    public static string Chat(string id, string model, Tokens tokens, Doing doing)
    {
        var sse = new Sse().Data(Chunk(id, model, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null)).Data(Chunk(id, model, new JsonObject { ["content"] = doing.Says }, null));
        for (var i = 0; i < doing.Tools.Count; i++)
        {
            var (call, name, arguments) = doing.Tools[i];
            var text = arguments.ToJsonString();
            sse.Data(Chunk(id, model, Call(i, new JsonObject { ["name"] = name, ["arguments"] = text[..1] }, call), null)).Data(Chunk(id, model, Call(i, new JsonObject { ["arguments"] = text[1..] }, null), null));
        }

        var last = Chunk(id, model, [], null);
        last["choices"] = new JsonArray();
        last["usage"] = new JsonObject
        {
            ["prompt_tokens"] = tokens.Prompt,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = tokens.Read },
            ["completion_tokens"] = tokens.Output,
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = tokens.Reasoning },
            ["total_tokens"] = tokens.Prompt + tokens.Output,
        };
        return sse.Data(Chunk(id, model, [], doing.Tools.Count > 0 ? "tool_calls" : "stop")).Data(last).Done().ToString();
    }

    public static string Error(string type, string code, string message) =>
        new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = code } }.ToJsonString();

    private static JsonObject Call(int index, JsonObject function, string? id)
    {
        var call = new JsonObject { ["index"] = index, ["function"] = function };
        if (id is not null)
        {
            (call["id"], call["type"]) = (id, "function");
        }

        return new JsonObject { ["tool_calls"] = new JsonArray(call) };
    }

    private static JsonObject Chunk(string id, string model, JsonObject delta, string? finish) => new()
    {
        ["id"] = id, ["object"] = "chat.completion.chunk", ["created"] = 1, ["model"] = model,
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }),
    };

    private static void Item(Sse sse, JsonArray output, JsonObject item)
    {
        sse.Event(new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = output.Count, ["item"] = item.DeepClone() })
            .Event(new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = output.Count, ["item"] = item.DeepClone() });
        output.Add(item.DeepClone());
    }

    private static JsonObject Response(string id, string model, string status, string tier, JsonArray output, JsonObject? usage) => new()
    {
        ["id"] = "resp_" + id, ["object"] = "response", ["created_at"] = 1, ["status"] = status, ["model"] = model, ["output"] = output.DeepClone(), ["service_tier"] = tier, ["usage"] = usage,
    };
}
