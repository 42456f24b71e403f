using System.Text.Json;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests.Conversations;
using Gateway.Core.Llm.Json;

namespace ConsoleWeb.Features.Sessions;

/// <summary>What a request of an agent is for, as far as its headers tell and, where they do not, its body or its size.</summary>
/// <param name="SubAgent">The name or id of the sub-agent; null for others.</param>
/// <param name="Directory">Where the agent works, if a header says so.</param>
internal sealed record CallSigns(CallKind Kind, string? SubAgent, string? Directory)
{
    /// <summary>Claude Code's prompt and tools are larger than this, its small questions are not: without a body, their size tells them apart.</summary>
    private const long SmallestWithTools = 20 * 1024;

    /// <param name="request">The body as it is logged; null where it is not.</param>
    /// <param name="mainModel">Says which model the session's main agent asked for last; null where it has not asked yet.</param>
    public static CallSigns Read(RequestRow row, CallHeaders headers, string? request, Func<string?>? mainModel = null)
    {
        if (!row.IsLlm || row.Method != "POST" || row.Path.EndsWith("/count_tokens", StringComparison.Ordinal) || row.Path.EndsWith("/compact", StringComparison.Ordinal))
        {
            return new(CallKind.Background, null, null);
        }

        var turn = CodexTurn.Read(headers.Turn);
        var subAgent = headers.SubAgent ?? turn.SubAgent;
        var kind = turn.IsOther ? CallKind.Background
            : subAgent is not null ? CallKind.SubAgent
            : row.Agent != "claude-code" ? CallKind.Main
            : request is not null ? KindOfClaude(headers.Beta, request)
            : KindOfClaude(headers.Beta, row, mainModel);
        return new(kind, subAgent, turn.Directory);
    }

    /// <summary>Before it named its sub-agents in a header, Claude Code told them by the beta it leaves out, the tools it offers and the prompt.</summary>
    private static CallKind KindOfClaude(string? beta, string request)
    {
        // Quotes within texts are escaped, so this is a tool: only the main agent has the one that starts others.
        if (request.Contains("\"tools\":[{", StringComparison.Ordinal)
            && (request.Contains("\"name\":\"Task\"", StringComparison.Ordinal) || request.Contains("\"name\":\"Agent\"", StringComparison.Ordinal)))
        {
            return CallKind.Main;
        }

        if (Conversation.Read(request, null) is not { } conversation)
        {
            return IsOwn(beta) ? CallKind.Main : CallKind.Background;
        }

        if (!conversation.IsCut && (conversation.Tools.Count == 0 || conversation.Tools is [{ Name: "web_search" }]))
        {
            return CallKind.Background;
        }

        return conversation.Tools.Any(t => t.Name is "Task" or "Agent") ? CallKind.Main
            : !IsOwn(beta) || conversation.System.Any(s => s.Contains("cc_is_subagent=true", StringComparison.Ordinal) || s.StartsWith("You are a file search specialist", StringComparison.Ordinal)) ? CallKind.SubAgent
            : CallKind.Main;
    }

    /// <summary>The beta is left out on small models: of small questions, of sub-agents, and of a main agent that was told to use one.</summary>
    private static CallKind KindOfClaude(string? beta, RequestRow row, Func<string?>? mainModel) =>
        IsOwn(beta) ? CallKind.Main
        : row.RequestSize < SmallestWithTools ? CallKind.Background
        : mainModel?.Invoke() is { } main && main != row.RequestedModel ? CallKind.SubAgent
        : CallKind.Main;

    private static bool IsOwn(string? beta) => beta is null || beta.Contains("claude-code-", StringComparison.Ordinal);

    /// <summary>What Codex says of a turn.</summary>
    /// <param name="IsOther">Whether it is no turn: a warm-up or the like.</param>
    private readonly record struct CodexTurn(bool IsOther, string? SubAgent, string? Directory)
    {
        public static CodexTurn Read(string? header)
        {
            if (header is null)
            {
                return default;
            }

            try
            {
                using var document = JsonDocument.Parse(header, LlmJson.DocumentOptions);
                var turn = document.RootElement;
                return turn.ValueKind != JsonValueKind.Object ? default : new(turn.FindString("request_kind"u8) is not (null or "turn"), SubAgentOf(turn), DirectoryOf(turn));
            }
            catch (Exception exception) when (LlmJson.IsUnreadable(exception))
            {
                return default;
            }
        }

        // Codex names its first agent /root and the ones that it starts below that, such as /root/scout: names, not paths of a disk.
        private static string? SubAgentOf(JsonElement turn) =>
            turn.FindString("agent_name"u8) is { } name && name != "/root" ? name : turn.FindString("thread_source"u8) == "subagent" ? "sub-agent" : null;

        private static string? DirectoryOf(JsonElement turn) =>
            turn.TryGetMember("workspaces"u8, out var places) && places.ValueKind == JsonValueKind.Object ? places.EnumerateObject().Select(p => p.Name).FirstOrDefault() : null;
    }
}
