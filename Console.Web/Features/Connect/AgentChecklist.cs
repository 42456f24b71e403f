using System.Globalization;
using ConsoleWeb.Data.Logs;

namespace ConsoleWeb.Features.Connect;

/// <summary>
/// Reads off the wire whether an agent is connected. Each point is judged by itself over all that was seen: what worked once is proven, and
/// what did not is explained by the newest request that shows it.
/// </summary>
internal static class AgentChecklist
{
    /// <summary>After so long without a request something is likely wrong on the agent's side.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="seen">Requests since the connection was made, running ones too, in any order; those that matched no route as well.</param>
    /// <param name="waited">How long somebody has been waiting.</param>
    /// <param name="proxy">The gateway's address, such as <c>http://localhost:8000</c>.</param>
    public static IReadOnlyList<AgentCheck> Evaluate(ConnectedFlow flow, IEnumerable<RequestRow> seen, TimeSpan waited, string proxy)
    {
        var all = seen.Where(r => IsOf(flow, r)).OrderByDescending(r => r.StartedAt).ToList();

        // Browsers and agents also look around with GET and HEAD, which says nothing about the calls that matter.
        var posts = all.Where(r => r.Method == "POST").ToList();
        var calls = posts.Where(r => r.RouteName == flow.RouteName && (r.IsLlm || r.Status >= 400)).ToList();
        return
        [
            Reached(flow, all, waited, proxy),
            Path(flow, posts, proxy),
            KeyCheckpoint.Of(flow, calls),
            Streamed(flow, calls),
            Usage(calls),
            Priced(flow, calls),
            Session(flow, calls),
        ];
    }

    public static bool IsDone(IReadOnlyList<AgentCheck> checks) => checks.All(c => c.State is CheckState.Ok or CheckState.Warning);

    /// <summary>The model call that shows most: the newest that went well, else the newest.</summary>
    public static RequestRow? Shown(ConnectedFlow flow, IEnumerable<RequestRow> seen)
    {
        var calls = seen.Where(r => r.RouteName == flow.RouteName && r.IsLlm).OrderByDescending(r => r.StartedAt).ToList();
        return calls.Find(r => r.IsInFlight) ?? calls.Find(r => IsAnswered(r) && r.OutputTokens > 0) ?? calls.FirstOrDefault();
    }

    /// <summary>Whether a request has to do with this connection: it took the route, came from the agent, or matched nothing at all.</summary>
    public static bool IsOf(ConnectedFlow flow, RequestRow row) =>
        row.RouteName == flow.RouteName || (row.Agent is not null && row.Agent == flow.Preset.Agent) || (row.RouteName is null && row.Status == 404);

    internal static bool IsAnswered(RequestRow row) => row is { IsInFlight: false, Status: >= 200 and < 300 };

    private static AgentCheck Reached(ConnectedFlow flow, List<RequestRow> newest, TimeSpan waited, string proxy)
    {
        var name = NameOf(flow);
        var title = $"{name} reached the gateway";
        if (newest.Find(r => flow.Preset.Agent is { } agent ? r.Agent == agent : r.UserAgent?.StartsWith(TestRequest.UserAgent, StringComparison.Ordinal) != true) is { } first)
        {
            return new("reached", title, CheckState.Ok, $"{VersionOf(first)}{first.Method} {first.Path}", RequestId: first.RequestId);
        }

        if (waited < Patience)
        {
            return new("reached", title, CheckState.Waiting, $"waiting for the first request on {flow.Path}");
        }

        return new("reached", title, CheckState.Failed, "nothing has arrived yet", new(flow.Preset.Id switch
        {
            AgentPreset.CodexId => $"Start Codex with the line above, in the same terminal. If it answers and nothing shows here, it goes past the gateway: it is still signed in (codex logout), or config.toml names another provider. Check that curl {proxy}{flow.Path} answers from that machine.",
            AgentPreset.ClaudeCodeId => $"Start Claude Code with the line above, in the same terminal. If it answers and nothing shows here, it goes past the gateway: it is still signed in (claude /logout), or settings.json names another address under env. Check that curl {proxy}{flow.Path} answers from that machine.",
            _ => $"Set the base URL in the client that you start, and check that curl {proxy}{flow.Path} answers from that machine. In a container, localhost is the container itself.",
        }));
    }

    private static AgentCheck Path(ConnectedFlow flow, List<RequestRow> newest, string proxy)
    {
        const string title = "The path is right";
        var hit = newest.Find(r => r.RouteName == flow.RouteName);
        var address = proxy + flow.Path;
        var latest = newest.FirstOrDefault();

        // One good request proves the route; another that strays later does not take that back.
        if (hit is not null && newest.Find(r => r.RouteName == flow.RouteName && IsAnswered(r) && r.IsLlm) is { } good)
        {
            return new("path", title, CheckState.Ok, $"{good.Path} took {flow.RouteName}", RequestId: good.RequestId);
        }

        if (latest is { RouteName: null })
        {
            return new("path", title, CheckState.Failed, $"404: no route for {latest.Path}",
                new($"Your route is {flow.Path}. Set the base URL to {address}, without anything behind it."), latest.RequestId);
        }

        if (latest is not null && latest.RouteName != flow.RouteName)
        {
            return new("path", title, CheckState.Failed, $"{latest.Path} took the route {latest.RouteName}",
                new($"It reached the gateway by another route. Set the base URL to {address}."), latest.RequestId);
        }

        if (hit is null)
        {
            return new("path", title, CheckState.Waiting, address);
        }

        return ShapeOf(hit.Path) is { } shape && shape != flow.Shape
            ? new("path", title, CheckState.Failed, $"{hit.Path} is {NameOf(shape)}",
                new($"This route expects the {NameOf(flow.Shape)} format. Connect this client with a route of its own.", "/connect", "Connect another client"), hit.RequestId)
            : hit is { Status: 404, IsLlm: false }
                ? new("path", title, CheckState.Failed, $"404 for {hit.Path}", new($"Set the base URL to {address}, without anything behind it."), hit.RequestId)
                : new("path", title, CheckState.Ok, $"{hit.Path} took {flow.RouteName}", RequestId: hit.RequestId);
    }

    private static AgentCheck Streamed(ConnectedFlow flow, List<RequestRow> calls)
    {
        const string title = "The answer streams";
        if (calls.Find(r => r.IsStream && IsAnswered(r) && r.TimeToFirstTokenMs is not null) is { } done)
        {
            return new("streamed", title, CheckState.Ok, $"first token after {Seconds(done.TimeToFirstTokenMs)}, all after {Seconds(done.TotalMs)}", RequestId: done.RequestId);
        }

        if (calls.Find(r => r is { IsInFlight: true, IsStream: true }) is { } running)
        {
            return new("streamed", title, CheckState.Running, running.TimeToFirstTokenMs is { } first
                ? $"{running.Model ?? "the model"} is answering: first token after {Seconds(first)}, {running.OutputTokens} tokens so far"
                : $"waiting for the first token of {running.Model ?? "the model"}", RequestId: running.RequestId);
        }

        if (calls.Find(r => r.IsStream && r.IsFailed && r.TimeToFirstTokenMs is not null) is { } cut)
        {
            return new("streamed", title, CheckState.Failed, cut.ErrorMessage ?? "the stream ended before it was complete", new("The provider broke off. Ask again; the request says more.", $"/logs/{cut.RequestId}", "Open the request"), cut.RequestId);
        }

        return flow.Preset.Agent is null && calls.Find(IsAnswered) is { } whole
            ? new("streamed", title, CheckState.Warning, "answered in one piece, since the client did not ask for a stream", RequestId: whole.RequestId)
            : new("streamed", title, CheckState.Waiting, "when the first answer comes");
    }

    private static AgentCheck Usage(List<RequestRow> calls)
    {
        const string title = "Tokens are counted";
        if (calls.Find(r => !r.IsInFlight && r.UsageSource is Gateway.Shared.Usage.UsageSource.Provider) is { } counted)
        {
            return new("usage", title, CheckState.Ok, $"{counted.InputTokens + counted.CacheReadTokens + counted.CacheWriteTokens} in, {counted.OutputTokens} out", RequestId: counted.RequestId);
        }

        return calls.Find(r => !r.IsInFlight && r.UsageSource is not null) is { } guessed
            ? new("usage", title, CheckState.Warning, "estimated: the provider sent no counts", RequestId: guessed.RequestId)
            : new("usage", title, CheckState.Waiting, "when the answer ends");
    }

    private static AgentCheck Priced(ConnectedFlow flow, List<RequestRow> calls)
    {
        const string title = "The cost is known";
        var counted = calls.Where(r => !r.IsInFlight && r.UsageSource is not null).ToList();
        if (counted.Find(r => r.Cost is not null) is { } priced)
        {
            return new("priced", title, CheckState.Ok, $"{priced.Model}: ${priced.Cost!.Value.ToString("0.000000", CultureInfo.InvariantCulture)}", RequestId: priced.RequestId);
        }

        return counted.FirstOrDefault() is { } unpriced
            ? new("priced", title, CheckState.Failed, $"no price for {unpriced.Model ?? "this model"} of {AgentPreset.ProviderTitle(flow.Provider)}",
                new("Enter what the model costs; requests that are stored can be priced afterwards.", "/models", "Models & prices"), unpriced.RequestId)
            : new("priced", title, CheckState.Waiting, "when the answer ends");
    }

    private static AgentCheck Session(ConnectedFlow flow, List<RequestRow> calls)
    {
        const string title = "The session is recognised";
        if (calls.Find(r => r.SessionId is not null) is { } known)
        {
            return new("session", title, CheckState.Ok, $"session {Short(known.SessionId!)}", RequestId: known.RequestId);
        }

        return calls.Find(IsAnswered) is null ? new("session", title, CheckState.Waiting, "its requests appear together under Sessions")
            : flow.Preset.Agent is null ? new("session", title, CheckState.Warning, "the client names none; the header x-session-id would group its requests")
            : new("session", title, CheckState.Waiting, $"none of the requests so far names one; {flow.Preset.Title} itself does");
    }

    internal static string NameOf(ApiShape shape) => shape switch
    {
        ApiShape.Messages => "Anthropic Messages",
        ApiShape.Responses => "OpenAI Responses",
        _ => "OpenAI Chat Completions",
    };

    private static ApiShape? ShapeOf(string path) =>
        path.Contains("/messages", StringComparison.Ordinal) ? ApiShape.Messages
        : path.EndsWith("/chat/completions", StringComparison.Ordinal) ? ApiShape.Chat
        : path.EndsWith("/responses", StringComparison.Ordinal) ? ApiShape.Responses
        : null;

    private static string NameOf(ConnectedFlow flow) => flow.Preset.Agent is null ? "The client" : flow.Preset.Title.Replace(" CLI", "", StringComparison.Ordinal);

    /// <summary>The first word of the user agent is program and version: <c>claude-cli/2.0.37</c>.</summary>
    private static string VersionOf(RequestRow row) => row.UserAgent?.Split(' ')[0] is { Length: > 0 and < 60 } program ? program + ", " : "";

    private static string Short(string id) => id.Length <= 12 ? id : $"{id[..8]}…";

    private static string Seconds(double? ms) => ms is null ? "–" : ms < 1000 ? $"{ms.Value.ToString("0", CultureInfo.InvariantCulture)} ms" : $"{(ms.Value / 1000).ToString("0.0", CultureInfo.InvariantCulture)} s";
}
