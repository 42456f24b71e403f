using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>Makes sessions of Claude Code 2.0.37, or of the newer one that names session and sub-agents in headers.</summary>
internal sealed class ClaudeCode(Plan plan, bool isNew)
{
    private const string Main = "claude-sonnet-4-5-20250929";

    private const string Strong = "claude-opus-4-5-20251101";

    private const string Small = "claude-haiku-4-5-20251001";

    private const string Beta = "claude-code-20250219,interleaved-thinking-2025-05-14";

    private readonly JsonArray _messages = [];
    private PlannedSession _session = null!;
    private DateTimeOffset _at;
    private long _cached;

    /// <summary>Whether the gateway has another provider answer, in another format.</summary>
    public bool IsTranslated { get; init; }

    /// <summary>Whether the history grows beyond 200,000 tokens.</summary>
    public bool HasLongPrompts { get; init; }

    public PlannedSession Make(DateTimeOffset at)
    {
        var title = plan.Work();
        _session = new PlannedSession(plan.NewId(), "claude-code", plan.Person(), title, plan.Place(), plan.Happens(0.5) ? "main" : "feature/rain");
        _at = at;
        if (!IsTranslated)
        {
            Ask("count_tokens");
            Title();
        }

        var model = plan.Happens(0.3) ? Strong : Main;
        for (var work = 0; work < plan.Random.Next(2, 5); work++)
        {
            Say(work == 0 ? $"{title}\nplease" : plan.Work() + " " + plan.Words(4));
            Turns(HasLongPrompts ? Main : model);
            _at += TimeSpan.FromMinutes(plan.Random.Next(1, 12));
        }

        return _session;
    }

    /// <summary>One thing that the person has asked for: calls until the agent needs no tool any more.</summary>
    private void Turns(string model)
    {
        var rounds = plan.Random.Next(2, 7);
        for (var i = 0; i <= rounds; i++)
        {
            if (plan.Happens(0.06))
            {
                Fail(model);
            }

            if (plan.Happens(0.05))
            {
                BreakOff(model, plan.Happens(0.5) ? Ending.ClientLeaves : Ending.Cut);
            }

            var isLast = i == rounds;
            var tools = new List<(string, string, JsonObject)>();
            for (var t = 0; !isLast && t < plan.Random.Next(1, 4); t++)
            {
                tools.Add(Tool());
            }

            var doing = new Doing(plan.Happens(0.4) && !IsTranslated ? plan.Words(12) : null, plan.Words(8), tools);
            Turn(model, doing);
            if (tools.Exists(t => t.Item2 == "Task"))
            {
                SubAgent(plan.Random.Next(1, 4));
            }
        }
    }

    private void Turn(string model, Doing doing)
    {
        var tokens = MainTokens();
        var answered = IsTranslated ? "gpt-5-mini" : model;
        Add(Call(model, answered, tokens, [.. doing.Tools.Select(t => t.Name)]) with
        {
            Headers = Headers(Beta),
            Body = Body(model, _messages, hasTask: true),
            Says = doing.Says,
            Answer = IsTranslated ? ResponsesAnswer.Chat("chatcmpl-" + plan.Hex(6), answered, tokens, doing) : MessagesAnswer.Stream("msg_" + plan.Hex(8), model, tokens, doing, repeatsPrompt: plan.Happens(0.5)),
        });
        Remember(doing);
    }

    /// <summary>The provider refuses; the agent asks again a little later, which is another request.</summary>
    private void Fail(string model)
    {
        var (status, type) = plan.Random.Next(IsTranslated ? 2 : 3) switch { 0 => (429, "rate_limit_error"), 1 => (400, "invalid_request_error"), _ => (529, "overloaded_error") };
        // A refused call used nothing: its price is known, and it costs nothing.
        Add(Call(model, IsTranslated ? "gpt-5-mini" : model, new Tokens(), []) with
        {
            Headers = Headers(Beta),
            Body = Body(model, _messages, hasTask: true),
            Ending = Ending.Refused,
            Status = status,
            IsError = true,
            Answer = IsTranslated ? ResponsesAnswer.Error("server_error", "busy", "No room.") : MessagesAnswer.Error(type, "No room."),
        });
    }

    private void BreakOff(string model, Ending ending)
    {
        if (IsTranslated)
        {
            return;
        }

        var whole = MainTokens(advances: false);
        var says = plan.Words(9);
        // The prompt was counted by the provider, the output was not yet: a token for every four characters that came.
        var tokens = whole with { Output = (says.Length + 3) / 4 };
        Add(Call(model, model, tokens, []) with
        {
            Headers = Headers(Beta),
            Body = Body(model, _messages, hasTask: true),
            Ending = ending,
            Status = ending == Ending.ClientLeaves ? 499 : 200,
            IsError = true,
            Says = says,
            Answer = MessagesAnswer.Stream("msg_" + plan.Hex(8), model, whole, new Doing(null, says, []), repeatsPrompt: false, isWhole: false),
        });
    }

    private void SubAgent(int calls)
    {
        var name = "agent-" + plan.Hex(2);
        var messages = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = plan.Words(20) });
        for (var i = 0; i < calls; i++)
        {
            var doing = new Doing(null, plan.Words(6), i < calls - 1 ? [("toolu_" + plan.Hex(6), "Grep", new JsonObject { ["pattern"] = plan.Words(1) })] : []);
            var tokens = new Tokens(Input: plan.Random.Next(500, 3000), Read: i * 1800, Output: plan.Random.Next(40, 400));
            var answered = IsTranslated ? "gpt-5-mini" : Small;
            Add(Call(Small, answered, tokens, [.. doing.Tools.Select(t => t.Name)]) with
            {
                Kind = "sub-agent",
                Headers = [.. Headers("interleaved-thinking-2025-05-14"), .. isNew ? [("x-claude-code-agent-id", name)] : Array.Empty<(string, string)>()],
                Body = Body(Small, messages, hasTask: false, system: "You are a file search specialist for Claude Code."),
                Says = doing.Says,
                Answer = IsTranslated ? ResponsesAnswer.Chat("chatcmpl-" + plan.Hex(6), answered, tokens, doing) : MessagesAnswer.Stream("msg_" + plan.Hex(8), Small, tokens, doing, repeatsPrompt: false),
            });
        }
    }

    private void Title()
    {
        var tokens = new Tokens(Input: plan.Random.Next(90, 300), Output: plan.Random.Next(5, 30));
        var body = Body(Small, new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Name this conversation in five words." }), hasTask: false, system: "Analyze if this message begins a new topic.");
        (body["tools"], body["stream"]) = (new JsonArray(), false);
        var says = plan.Words(5);
        Add(Call(Small, Small, tokens, []) with { Kind = "background", Headers = Headers("interleaved-thinking-2025-05-14"), Body = body, IsStream = false, Says = says, Answer = MessagesAnswer.Whole("msg_" + plan.Hex(8), Small, tokens, says) });
    }

    /// <summary>A count of tokens: it uses none itself, and costs nothing.</summary>
    private void Ask(string what)
    {
        var body = new JsonObject { ["model"] = Main, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "foo" }), ["tools"] = new JsonArray(Offered("Task")), ["metadata"] = Metadata() };
        Add(Call(Main, Main, new Tokens(), []) with { Path = $"/claude/v1/messages/{what}?beta=true", Kind = "background", Headers = Headers(Beta + ",token-counting-2024-11-01"), Body = body, IsStream = false, Answer = """{"input_tokens":4321}""" });
    }

    /// <summary>Each call reads what the call before has left in the cache and adds what is new.</summary>
    private Tokens MainTokens(bool advances = true)
    {
        var added = (_cached == 0 ? 14_000 : 300) + plan.Random.Next(200, 2600) + (HasLongPrompts ? 60_000 : 0);
        var tokens = IsTranslated
            // OpenAI's cache is written for nothing, in steps of 128 tokens.
            ? new Tokens(Input: (_cached + added) - (_cached / 128 * 128), Read: _cached / 128 * 128, Output: plan.Random.Next(60, 1500), Reasoning: 0)
            : plan.Happens(0.25) ? new Tokens(plan.Random.Next(3, 12), _cached, added - (added / 3), added / 3, plan.Random.Next(60, 1500))
            : new Tokens(plan.Random.Next(3, 12), _cached, added, 0, plan.Random.Next(60, 1500));
        if (IsTranslated && plan.Happens(0.7))
        {
            tokens = tokens with { Reasoning = tokens.Output / 3 };
        }

        if (advances)
        {
            _cached += added;
        }

        return tokens;
    }

    private PlannedCall Call(string model, string answered, Tokens tokens, IReadOnlyList<string> tools) =>
        new(plan.NextNumber(), _session.Id, _at, (IsTranslated ? "/mix" : "/claude") + "/v1/messages?beta=true", answered) { Tokens = tokens, Cost = Rates.CostOf(answered, tokens, null), Tools = tools };

    private void Add(PlannedCall call)
    {
        _session.Calls.Add(call);
        _at += TimeSpan.FromSeconds(plan.Random.Next(4, 50));
    }

    private void Say(string words)
    {
        var content = new JsonArray();
        if (_messages.Count == 0)
        {
            content.Add(new JsonObject { ["type"] = "text", ["text"] = "<system-reminder>\nAs you answer, use the following context.\n</system-reminder>" });
        }

        content.Add(new JsonObject { ["type"] = "text", ["text"] = words, ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } });
        _messages.Add(new JsonObject { ["role"] = "user", ["content"] = content });
    }

    private void Remember(Doing doing)
    {
        var content = new JsonArray();
        if (doing.Thought is { } thought)
        {
            content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = thought, ["signature"] = "c2lnbmVk" });
        }

        content.Add(new JsonObject { ["type"] = "text", ["text"] = doing.Says });
        var results = new JsonArray();
        foreach (var (id, name, arguments) in doing.Tools)
        {
            content.Add(new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = name, ["input"] = arguments.DeepClone() });
            results.Add(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = id, ["content"] = plan.Words(15) });
        }

        _messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = content });
        if (results.Count > 0)
        {
            _messages.Add(new JsonObject { ["role"] = "user", ["content"] = results });
        }
    }

    private (string, string, JsonObject) Tool()
    {
        var name = plan.Random.Next(8) switch { 0 or 1 => "Read", 2 => "Edit", 3 or 4 => "Bash", 5 => "Grep", 6 => "TodoWrite", _ => "Task" };
        return ("toolu_" + plan.Hex(8), name, new JsonObject { ["what"] = plan.Words(3) });
    }

    private JsonObject Body(string model, JsonArray messages, bool hasTask, string system = "You are Claude Code, Anthropic's official CLI for Claude.") => new()
    {
        ["model"] = model,
        ["messages"] = messages.DeepClone(),
        ["system"] = new JsonArray(
            new JsonObject { ["type"] = "text", ["text"] = system, ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } },
            new JsonObject { ["type"] = "text", ["text"] = $"<env>\nWorking directory: {_session.Directory}\nIs directory a git repo: Yes\n</env>\ngitStatus: a snapshot.\nCurrent branch: {_session.Branch}\n\nStatus:\n(clean)" }),
        ["tools"] = hasTask ? new JsonArray(Offered("Task"), Offered("Bash"), Offered("Read"), Offered("Edit"), Offered("Grep"), Offered("TodoWrite")) : new JsonArray(Offered("Grep"), Offered("Read")),
        ["metadata"] = Metadata(),
        ["max_tokens"] = 32_000,
        ["stream"] = true,
    };

    private JsonObject Metadata() => new() { ["user_id"] = $"user_{new string('a', 64)}_account__session_{_session.Id}" };

    private static JsonNode Offered(string name) => new JsonObject { ["name"] = name, ["description"] = "A tool.", ["input_schema"] = new JsonObject { ["type"] = "object" } };

    private List<(string, string)> Headers(string beta)
    {
        List<(string, string)> headers =
        [
            ("user-agent", isNew ? "claude-cli/2.1.330 (external, cli)" : "claude-cli/2.0.37 (external, cli)"), ("anthropic-version", "2023-06-01"), ("anthropic-beta", beta), ("x-app", "cli"),
            ("x-stainless-lang", "js"), ("x-stainless-retry-count", "0"),
        ];
        if (isNew)
        {
            headers.Add(("x-claude-code-session-id", _session.Id));
        }

        return headers;
    }
}
