using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Features.Sessions;

/// <summary>One request of a session, with what was said in it; what agents send again with each request is left out.</summary>
/// <param name="SubAgent">The name or id of the sub-agent; null for others.</param>
/// <param name="Turn">Its number among the turns of the session; null for what is no turn.</param>
/// <param name="Said">What the person said since the agent's last answer.</param>
/// <param name="Answer">Empty where bodies are not stored or not to be read.</param>
/// <param name="Context">What the request was made of; null where its body is not stored or not to be read.</param>
public sealed record SessionCall(
    RequestRow Row,
    CallKind Kind,
    string? SubAgent,
    long? Turn,
    IReadOnlyList<ConversationPart> Said,
    IReadOnlyList<ConversationTurn> Answer,
    ContextParts? Context)
{
    /// <summary>The tools that were called in the answer, each as often as it was.</summary>
    public IEnumerable<string> Tools => Called ?? Answer.SelectMany(CalledTools.Of);

    /// <summary>The same, as it is kept beside the body; null where the body has been read.</summary>
    public IReadOnlyList<string>? Called { get; init; }

    /// <summary>Whether it ended badly; an upgrade that is refused has not.</summary>
    public bool IsError => Row.IsError && !Row.IsRefusedUpgrade;

    public long PromptTokens => Row.InputTokens + Row.CacheReadTokens + Row.CacheWriteTokens;

    /// <param name="turn">The number of a row among the turns; null for what is no turn.</param>
    /// <param name="results">Takes up what tools have answered, which stands in requests that come later; null: nobody asks.</param>
    internal static SessionCall Read(StoredRequest stored, Func<RequestRow, long?> turn, ToolResults? results = null)
    {
        var payload = stored.Record["ai"]?["proxy"]?["payload"];
        var request = (string?)payload?["request"];
        var signs = CallSigns.Read(stored.Row, CallHeaders.Of(stored.Record), request);
        var row = stored.Row with { Kind = stored.Row.Kind ?? signs.Kind };
        var conversation = payload is null ? null : Conversation.Read(request, (string?)payload["response"]);
        if (conversation is not null)
        {
            results?.Read(row.Kind.Value, signs.SubAgent, conversation);
        }

        return new(
            row,
            row.Kind.Value,
            signs.SubAgent,
            turn(row),
            conversation is null ? [] : SaidLast(conversation),
            conversation is null ? [] : [.. conversation.Answer],
            conversation is null || request is null ? null : ContextParts.Of(conversation));
    }

    private static List<ConversationPart> SaidLast(Conversation conversation) =>
        [.. conversation.Turns.Take(conversation.AnswerFrom).Reverse().TakeWhile(t => t.Speaker != Speaker.Agent).Where(t => t.Speaker == Speaker.Person).Reverse().SelectMany(t => t.Parts).Where(p => p.Kind != PartKind.Context)];
}
