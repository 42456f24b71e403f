using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests.Conversations;
using Gateway.Core.Logging;

namespace ConsoleWeb.Features.Replay;

/// <summary>What a figure counts, which decides how it is written and which way is better.</summary>
public enum FigureKind
{
    Tokens,
    Money,
    Milliseconds,
    PerSecond,
    Bytes,
}

/// <summary>A number of two requests; null where one has none.</summary>
/// <param name="Key">Its name in the Admin API.</param>
public sealed record Figure(string Key, string Title, FigureKind Kind, double? A, double? B)
{
    public double? Difference => B - A;

    /// <summary>The difference as a share of the first; null where that says nothing.</summary>
    public double? Share => A > 0 ? Difference / A : null;

    /// <summary>Two runs of the same call are not alike to the millisecond: smaller differences of times say nothing.</summary>
    private bool IsNoise => Kind is FigureKind.Milliseconds or FigureKind.PerSecond
        && (Math.Abs(Share ?? 1) < 0.05 || (Kind == FigureKind.Milliseconds && Math.Abs(Difference ?? 0) < 1));

    /// <summary>Whether the second is the better one; null where they are alike or none is better.</summary>
    public bool? IsBetter => Difference is null or 0 || IsNoise ? null : Kind == FigureKind.PerSecond ? Difference > 0
        : Kind is FigureKind.Money or FigureKind.Milliseconds ? Difference < 0 : null;
}

/// <summary>A word of two requests: model, route, outcome.</summary>
public sealed record ComparedFact(string Key, string Title, string? A, string? B)
{
    public bool IsSame => A == B;
}

/// <summary>Two stored requests side by side.</summary>
internal sealed class Comparison
{
    private static readonly (string Key, string Title, FigureKind Kind, Func<RequestRow, double?> Value)[] Kinds =
    [
        ("input_tokens", "Input tokens", FigureKind.Tokens, r => Counted(r, r.InputTokens)),
        ("cache_read_tokens", "Cache read", FigureKind.Tokens, r => Counted(r, r.CacheReadTokens)),
        ("cache_write_tokens", "Cache write", FigureKind.Tokens, r => Counted(r, r.CacheWriteTokens)),
        ("output_tokens", "Output tokens", FigureKind.Tokens, r => Counted(r, r.OutputTokens)),
        ("reasoning_tokens", "Of it reasoning", FigureKind.Tokens, r => Counted(r, r.ReasoningTokens)),
        ("cost", "Cost", FigureKind.Money, r => (double?)r.Cost),
        ("time_to_first_token_ms", "Time to first token", FigureKind.Milliseconds, r => r.TimeToFirstTokenMs),
        ("total_ms", "Total time", FigureKind.Milliseconds, r => r.TotalMs),
        ("tokens_per_second", "Speed", FigureKind.PerSecond, r => r.TokensPerSecond),
        ("gateway_ms", "Gateway’s own share", FigureKind.Milliseconds, r => r.GatewayMs),
        ("request_bytes", "Request", FigureKind.Bytes, r => r.RequestSize),
        ("response_bytes", "Answer", FigureKind.Bytes, r => r.ResponseSize),
    ];

    private Comparison(StoredRequest a, StoredRequest b) => (A, B) = (a, b);

    public StoredRequest A { get; }

    public StoredRequest B { get; }

    public IReadOnlyList<Figure> Figures => [.. Kinds.Select(k => new Figure(k.Key, k.Title, k.Kind, k.Value(A.Row), k.Value(B.Row))).Where(f => (f.A ?? f.B) is not null)];

    public IReadOnlyList<ComparedFact> Facts =>
    [
        Fact("status", "Status", r => r.Status.ToString(CultureInfo.InvariantCulture)),
        Fact("outcome", "Outcome", r => OutcomeNames.NameOf(r.Outcome)),
        Fact("model", "Model", r => r.Model),
        Fact("requested_model", "Asked for", r => r.RequestedModel),
        Fact("provider", "Provider", r => r.Provider),
        Fact("route", "Route", r => r.RouteName),
        Fact("consumer", "Consumer", r => r.ConsumerName),
        new("finish_reason", "Finished", FinishOf(A), FinishOf(B)),
        Fact("stream", "Streamed", r => r.IsStream ? "yes" : "no"),
    ];

    /// <summary>Whether bodies of either are there to be looked at.</summary>
    public bool HasBodies => (BodyOf(A) ?? BodyOf(B) ?? AnswerOf(A) ?? AnswerOf(B)) is not null;

    /// <summary>The requests' bodies, as clients sent them where that is known; null where they are not JSON or one is not stored.</summary>
    public JsonDifference? Request { get; private init; }

    public Conversation? ConversationA { get; private init; }

    public Conversation? ConversationB { get; private init; }

    /// <param name="maySeePayloads">Whether bodies may be looked at; otherwise there are none.</param>
    public static Comparison Of(StoredRequest a, StoredRequest b, bool maySeePayloads) => !maySeePayloads ? new(a, b) : new(a, b)
    {
        Request = Parse(BodyOf(a)) is { } before && Parse(BodyOf(b)) is { } after ? JsonDifference.Compare(before, after) : null,
        ConversationA = Conversation.Read(BodyOf(a), AnswerOf(a)),
        ConversationB = Conversation.Read(BodyOf(b), AnswerOf(b)),
    };

    /// <summary>The words of an answer.</summary>
    public static string? WordsOf(Conversation? conversation) => conversation?.Answer.SelectMany(t => t.Parts).Where(p => p.Kind == PartKind.Text).Select(p => p.Text).ToList() is { Count: > 0 } texts
        ? string.Join("\n\n", texts) : null;

    private ComparedFact Fact(string key, string title, Func<RequestRow, string?> value) => new(key, title, value(A.Row), value(B.Row));

    private static double? Counted(RequestRow row, long tokens) => row.UsageSource is null ? null : tokens;

    private static string? FinishOf(StoredRequest stored) => stored.Record["gatehouse"]?["finish_reason"]?.ToString();

    private static JsonNode? PayloadOf(StoredRequest stored) => stored.Record["ai"]?["proxy"]?["payload"];

    private static string? BodyOf(StoredRequest stored) => (PayloadOf(stored)?["client_request"] ?? PayloadOf(stored)?["request"])?.ToString();

    private static string? AnswerOf(StoredRequest stored) => PayloadOf(stored)?["response"]?.ToString();

    private static JsonObject? Parse(string? body) => body is not null && ReplayBody.Read(body) is { IsError: false, Value: var json } ? json : null;
}
