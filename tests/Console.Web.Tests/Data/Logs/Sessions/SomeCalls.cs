using Gateway.Shared.Logging;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs.Sessions;

/// <summary>Requests of agents' sessions.</summary>
internal static class SomeCalls
{
    public const string Environment = "<env>\\nWorking directory: /src/shop\\nIs directory a git repo: Yes\\n</env>\\ngitStatus: a snapshot.\\nCurrent branch: feature/rain\\n";

    /// <summary>A request of Claude Code's main agent, as it is sent before the person has spoken again.</summary>
    public static string MainRequest(string words) =>
        $$"""{"system":[{"type":"text","text":"{{Environment}}"}],"messages":[{"role":"user","content":"{{words}}"}],"tools":[{"name":"Task"},{"name":"Bash"}]}""";

    /// <param name="second">Of the time of the test.</param>
    /// <param name="request">Null: bodies are not logged.</param>
    public static RequestRecord Call(string session, int second, string? request = null, string? response = null, string agent = "claude-code", params KeyValuePair<string, string>[] headers)
    {
        var record = SomeRecords.AiProxy(startedAtMs: TestLog.Start.AddSeconds(second).ToUnixTimeMilliseconds());
        (record.SessionId, record.Agent, record.Uri) = (session, agent, "/any/v1/messages?beta=true");
        record.RequestHeaders = [.. record.RequestHeaders, .. headers];
        (record.Llm!.LogPayloads, record.Llm.RequestPayload, record.Llm.ResponsePayload) = (request is not null, request, response);
        return record;
    }
}
