using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Features.Sessions;

/// <summary>Which part a request has in its session.</summary>
public enum CallKind
{
    /// <summary>A turn of the conversation with the person.</summary>
    Main,

    /// <summary>A turn of an agent that the main one has started.</summary>
    SubAgent,

    /// <summary>What the agent's program asks for itself: titles, prefixes of commands, counts of tokens, warm-ups.</summary>
    Background,
}

/// <summary>What a request of Codex or Claude Code says about itself, in its headers and, where it is stored, its body.</summary>
/// <param name="SubAgent">The name or id of the sub-agent; null for others.</param>
/// <param name="Conversation">Null where bodies are not stored or not to be read.</param>
public sealed partial record AgentCall(CallKind Kind, string? SubAgent, string? Version, string? Directory, string? Branch, Conversation? Conversation)
{
    public static AgentCall Read(StoredRequest stored)
    {
        var payload = stored.Record["ai"]?["proxy"]?["payload"];
        var conversation = payload is null ? null : Conversation.Read(Text(payload["request"]), Text(payload["response"]));
        var headers = stored.Record["request"]?["headers"] as JsonObject;
        var turn = Parse(Header(headers, "x-codex-turn-metadata"));
        var context = conversation is null ? "" : string.Join('\n', ContextOf(conversation));
        var subAgent = SubAgentOf(headers, turn);
        return new(
            KindOf(stored.Row, headers, turn, conversation, subAgent),
            subAgent,
            VersionOf(stored.Row.UserAgent),
            (turn?["workspaces"] as JsonObject)?.Select(w => w.Key).FirstOrDefault() ?? Found(CodexDirectory().Match(context)) ?? Found(ClaudeDirectory().Match(context)),
            Found(BranchLine().Match(context)),
            conversation);
    }

    /// <summary>The tools that were called in the answer, each as often as it was.</summary>
    public IEnumerable<string> Tools => Conversation?.Answer.SelectMany(t => t.Parts).Where(p => p.Kind == PartKind.ToolCall).Select(p => p.Title ?? "?") ?? [];

    private static CallKind KindOf(RequestRow row, JsonObject? headers, JsonObject? turn, Conversation? conversation, string? subAgent)
    {
        if (row.Method != "POST" || row.Path.EndsWith("/count_tokens", StringComparison.Ordinal) || row.Path.EndsWith("/compact", StringComparison.Ordinal)
            || Text(turn?["request_kind"]) is not (null or "turn"))
        {
            return CallKind.Background;
        }

        if (subAgent is not null)
        {
            return CallKind.SubAgent;
        }

        return row.Agent == "claude-code" ? KindOfClaude(Header(headers, "anthropic-beta"), conversation) : CallKind.Main;
    }

    /// <summary>Before it named its sub-agents in a header, Claude Code told them by the beta it leaves out, the tools it offers and the prompt.</summary>
    private static CallKind KindOfClaude(string? beta, Conversation? conversation)
    {
        var isOwn = beta is null || beta.Contains("claude-code-", StringComparison.Ordinal);
        if (conversation is null)
        {
            return isOwn ? CallKind.Main : CallKind.Background;
        }

        if (!conversation.IsCut && (conversation.Tools.Count == 0 || conversation.Tools is [{ Name: "web_search" }]))
        {
            return CallKind.Background;
        }

        return conversation.Tools.Any(t => t.Name is "Task" or "Agent") ? CallKind.Main
            : !isOwn || conversation.System.Any(s => s.Contains("cc_is_subagent=true", StringComparison.Ordinal) || s.StartsWith("You are a file search specialist", StringComparison.Ordinal)) ? CallKind.SubAgent
            : CallKind.Main;
    }

    // Codex names its first agent /root and the ones that it starts below that, such as /root/scout: names, not paths of a disk.
    private static string? SubAgentOf(JsonObject? headers, JsonObject? turn) =>
        Header(headers, "x-claude-code-agent-id") ?? Header(headers, "x-openai-subagent")
        ?? (Text(turn?["agent_name"]) is { } name && name != "/root" ? name : Text(turn?["thread_source"]) == "subagent" ? "sub-agent" : null);

    private static IEnumerable<string> ContextOf(Conversation conversation) =>
        conversation.System.Concat(conversation.Turns.SelectMany(t => t.Parts.Where(p => p.Kind == PartKind.Context || t.Speaker == Speaker.System).Select(p => p.Text)));

    private static string? VersionOf(string? userAgent) => userAgent is null ? null : Found(ProgramVersion().Match(userAgent));

    private static string? Found(Match match) => match.Success && match.Groups[1].Value.Trim() is { Length: > 0 } text ? text : null;

    private static string? Header(JsonObject? headers, string name) => headers?[name] switch
    {
        JsonArray values => values.Count > 0 ? Text(values[0]) : null,
        var value => Text(value),
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject? Parse(string? text)
    {
        try
        {
            var json = text is null ? null : JsonNode.Parse(text) as JsonObject;
            // A name that comes twice is found out only when one is looked up.
            _ = json?.ContainsKey("turn_id");
            return json;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A(?:codex[A-Za-z_\-]*|claude-cli|claude-code)/([0-9][0-9A-Za-z.\-]{0,40})", RegexOptions.CultureInvariant)]
    private static partial Regex ProgramVersion();

    [GeneratedRegex(@"<cwd>([^<\n]{1,1000})</cwd>", RegexOptions.CultureInvariant)]
    private static partial Regex CodexDirectory();

    [GeneratedRegex(@"[Ww]orking directory: ([^\n]{1,1000})", RegexOptions.CultureInvariant)]
    private static partial Regex ClaudeDirectory();

    [GeneratedRegex(@"^Current branch: ([^\n]{1,250})", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex BranchLine();
}
