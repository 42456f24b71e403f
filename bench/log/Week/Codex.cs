using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>Makes sessions of Codex 0.55.0, or of 0.169.0, which asks for a WebSocket first and says in a header what a request is for.</summary>
internal sealed class Codex(Plan plan, bool isNew)
{
    private const string Instructions = "You are a coding agent running in the Codex CLI.";

    private readonly JsonArray _input = [];
    private PlannedSession _session = null!;
    private DateTimeOffset _at;
    private string _model = "";
    private string _tier = "default";
    private long _prompt;

    public PlannedSession Make(DateTimeOffset at)
    {
        var title = plan.Work();
        _session = new PlannedSession(plan.NewId(), "codex", plan.Person(), title, plan.Place(), null);
        _at = at;
        (_model, _tier) = plan.Random.Next(7) switch
        {
            0 => ("gpt-5", "flex"),
            1 => ("gpt-5", "priority"),
            // A tier whose price is not known for this model, and a model that nobody knows.
            2 => ("gpt-5.1-codex", "priority"),
            3 => ("house-coder-7b", "default"),
            4 => ("gpt-5-mini", "default"),
            _ => ("gpt-5-codex", "default"),
        };
        _input.Add(Message("user", $"<environment_context>\n  <cwd>{_session.Directory}</cwd>\n</environment_context>"));
        if (isNew)
        {
            Upgrade();
            Turn("prewarm", "background", "/root", new Doing(null, "all is ready", []));
        }

        for (var work = 0; work < plan.Random.Next(1, 4); work++)
        {
            _input.Add(Message("user", work == 0 ? $"{title}\nplease" : plan.Work() + " " + plan.Words(4)));
            Work();
            _at += TimeSpan.FromMinutes(plan.Random.Next(1, 15));
        }

        return _session;
    }

    private void Work()
    {
        var rounds = plan.Random.Next(2, 8);
        for (var i = 0; i <= rounds; i++)
        {
            if (plan.Happens(0.05))
            {
                Fail();
            }

            if (plan.Happens(0.05))
            {
                BreakOff(plan.Happens(0.5) ? Ending.ClientLeaves : Ending.Cut);
            }

            var tools = new List<(string, string, JsonObject)>();
            for (var t = 0; i < rounds && t < plan.Random.Next(1, 3); t++)
            {
                tools.Add(Tool());
            }

            Turn("turn", "main", "/root", new Doing(plan.Happens(0.6) ? "" : null, plan.Words(8), tools));
            if (isNew && plan.Happens(0.15))
            {
                Turn("turn", "sub-agent", "/root/scout", new Doing(null, plan.Words(6), []));
            }
        }
    }

    private void Turn(string requestKind, string kind, string agent, Doing doing)
    {
        var tokens = NextTokens(doing, isMain: kind == "main");
        Add(Call(requestKind, agent, tokens) with
        {
            Kind = kind,
            Tools = [.. doing.Tools.Select(t => t.Name)],
            Says = doing.Says,
            Answer = ResponsesAnswer.Stream(plan.Hex(8), _model, tokens, doing, _tier),
        });
        if (kind == "main")
        {
            Remember(doing);
        }
    }

    private void Fail()
    {
        var status = plan.Happens(0.5) ? 429 : 400;
        var call = Call("turn", "/root", new Tokens());
        Add(call with
        {
            Ending = Ending.Refused,
            Status = status,
            IsError = true,
            // What was refused has no tier, only a model.
            Cost = Rates.CostOf(_model, new Tokens(), null),
            Answer = ResponsesAnswer.Error(status == 429 ? "rate_limit_error" : "invalid_request_error", "no", "No room."),
        });
    }

    private void BreakOff(Ending ending)
    {
        var says = plan.Words(7);
        // Nothing was counted: words of the prompt times 1.8, as Kong estimates streams, and a token for every four characters of output.
        var words = Words(Instructions) + _input.Sum(m => Count(m!));
        var tokens = new Tokens(Input: (long)Math.Round(words * 1.8m, MidpointRounding.AwayFromZero), Output: (says.Length + 3) / 4);
        Add(Call("turn", "/root", tokens) with
        {
            Ending = ending,
            Status = ending == Ending.ClientLeaves ? 499 : 200,
            IsError = true,
            Says = says,
            Answer = ResponsesAnswer.Stream(plan.Hex(8), _model, tokens, new Doing(null, says, []), _tier, isWhole: false),
        });
    }

    /// <summary>A WebSocket, which is not offered: Codex goes on without, and nothing has gone wrong.</summary>
    private void Upgrade() => Add(new PlannedCall(plan.NextNumber(), _session.Id, _at, "/codex/responses", "")
    {
        Method = "GET",
        Headers = [.. Headers("turn", "/root"), ("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")],
        Kind = "background",
        Status = 426,
        IsModel = false,
        IsStream = false,
        Ending = Ending.Refused,
    });

    private Tokens NextTokens(Doing doing, bool isMain)
    {
        var added = (_prompt == 0 ? 9_000 : 200) + plan.Random.Next(100, 3000);
        // The cache holds steps of 128 tokens of what was sent before.
        var read = isMain ? _prompt / 128 * 128 : 0;
        var output = plan.Random.Next(50, 2000);
        var tokens = new Tokens(Input: (isMain ? _prompt : 0) + added - read, Read: read, Output: output, Reasoning: doing.Thought is null ? 0 : output / 2);
        if (isMain)
        {
            _prompt += added;
        }

        return tokens;
    }

    private PlannedCall Call(string requestKind, string agent, Tokens tokens) => new(plan.NextNumber(), _session.Id, _at, "/codex/responses", _model)
    {
        Headers = Headers(requestKind, agent),
        Body = new JsonObject
        {
            ["model"] = _model,
            ["instructions"] = Instructions,
            ["input"] = _input.DeepClone(),
            ["tools"] = new JsonArray(new JsonObject { ["type"] = "function", ["name"] = "shell", ["parameters"] = new JsonObject { ["type"] = "object" } }),
            ["tool_choice"] = "auto",
            ["parallel_tool_calls"] = false,
            ["store"] = false,
            ["stream"] = true,
            ["include"] = new JsonArray("reasoning.encrypted_content"),
            ["prompt_cache_key"] = _session.Id,
        },
        Tokens = tokens,
        Cost = Rates.CostOf(_model, tokens, _tier),
    };

    private void Add(PlannedCall call)
    {
        _session.Calls.Add(call);
        _at += TimeSpan.FromSeconds(plan.Random.Next(4, 60));
    }

    private void Remember(Doing doing)
    {
        _input.Add(new JsonObject { ["type"] = "message", ["role"] = "assistant", ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = doing.Says }) });
        foreach (var (id, name, arguments) in doing.Tools)
        {
            var isCustom = name == "apply_patch";
            _input.Add(isCustom
                ? new JsonObject { ["type"] = "custom_tool_call", ["call_id"] = id, ["name"] = name, ["input"] = arguments.ToJsonString() }
                : new JsonObject { ["type"] = "function_call", ["call_id"] = id, ["name"] = name, ["arguments"] = arguments.ToJsonString() });
            _input.Add(new JsonObject { ["type"] = isCustom ? "custom_tool_call_output" : "function_call_output", ["call_id"] = id, ["output"] = plan.Words(12) });
        }
    }

    private (string, string, JsonObject) Tool()
    {
        var name = plan.Random.Next(5) switch { 0 => "apply_patch", 1 => "update_plan", _ => "shell" };
        return ("call_" + plan.Hex(8), name, new JsonObject { ["what"] = plan.Words(3) });
    }

    private static JsonObject Message(string role, string text) => new() { ["type"] = "message", ["role"] = role, ["content"] = new JsonArray(new JsonObject { ["type"] = "input_text", ["text"] = text }) };

    /// <summary>Words of the messages; calls of tools and their results are no texts of the prompt.</summary>
    private static long Count(JsonNode item) => item["content"] is JsonArray parts ? parts.Sum(p => Words(p!["text"]!.ToString())) : 0;

    private static long Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;

    private List<(string, string)> Headers(string requestKind, string agent) => isNew
        ?
        [
            ("user-agent", "codex_exec/0.169.0 (Debian; x86_64)"), ("originator", "codex_exec"), ("session-id", _session.Id), ("thread-id", _session.Id),
            ("x-codex-turn-metadata", new JsonObject { ["session_id"] = _session.Id, ["agent_name"] = agent, ["request_kind"] = requestKind, ["workspaces"] = new JsonObject { [_session.Directory] = new JsonObject() } }.ToJsonString()),
        ]
        : [("user-agent", "codex_cli_rs/0.55.0 (Debian; x86_64)"), ("originator", "codex_cli_rs"), ("session_id", _session.Id), ("conversation_id", _session.Id)];
}
