using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Data.Logs;

/// <summary>What statistics are asked for.</summary>
/// <param name="From">Included; a multiple of the step makes the answer fast, as whole sums can be used.</param>
/// <param name="Step">Length of a point in time; null: one point for the whole window.</param>
/// <param name="GroupBy">A field with <see cref="LogField.IsGroup"/>; null: all together.</param>
/// <param name="HasPercentiles">Whether percentiles are wanted, which cost more than sums.</param>
public sealed record StatsQuery(RequestFilter Filter, DateTimeOffset From, DateTimeOffset To, TimeSpan? Step, LogField? GroupBy, bool HasPercentiles)
{
    /// <summary>A second field to group by; null: none.</summary>
    public LogField? ThenBy { get; init; }

    /// <summary>Which groups stay apart; null: all.</summary>
    public StatsTop? Top { get; init; }

    /// <summary>Where points begin and end when they are not all as long as the step, such as days of a time zone; null: they are.</summary>
    public IReadOnlyList<DateTimeOffset>? Edges { get; init; }
}

/// <summary>The groups that stay apart; what all others have done is one group together.</summary>
/// <param name="Count">So many with the largest measure over the whole window.</param>
/// <param name="Keep">These groups in place of the largest, so that two answers have the same; null: the largest.</param>
public sealed record StatsTop(int Count, StatsMeasure By, IReadOnlyList<StatsGroup>? Keep = null);

/// <summary>What groups are ranked by.</summary>
public enum StatsMeasure
{
    Requests,
    Tokens,
    Cost,

    /// <summary>Refused and failed requests.</summary>
    Errors,
}

/// <summary>The values of the fields that are grouped by.</summary>
/// <param name="IsOther">Whether it stands for all groups that are not among the largest.</param>
public readonly record struct StatsGroup(string? Value, string? Second = null, bool IsOther = false);

/// <summary>Statistics over a window.</summary>
/// <param name="Points">Only those with requests, by time, then by requests.</param>
public sealed record StatsAnswer(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<StatsPoint> Points);

/// <summary>Sums and distributions of the requests of one group that started within one step.</summary>
/// <param name="Group">The value they share; null when they have none or nothing is grouped.</param>
public sealed record StatsPoint(DateTimeOffset Start, string? Group, StatsSums Sums, StatsTimes? Times)
{
    /// <summary>The value of the second field; null without one.</summary>
    public string? SubGroup { get; init; }

    /// <summary>Whether it stands for all groups that are not among the largest.</summary>
    public bool IsOther { get; init; }

    public StatsGroup Key => new(Group, SubGroup, IsOther);
}

/// <param name="Refused">Answers 400–499 and refusals of the gateway.</param>
/// <param name="Failed">Answers from 500, cut and timed out calls.</param>
/// <param name="InputTokens">Outside any cache.</param>
/// <param name="OutputTokens">Reasoning included.</param>
/// <param name="Unpriced">Calls whose price is not known; they are not part of <paramref name="Cost"/>.</param>
public sealed record StatsSums(
    long Requests,
    long Refused,
    long Failed,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    long ReasoningTokens,
    decimal Cost,
    long Unpriced)
{
    public long Ok => Requests - Refused - Failed;

    /// <summary>Cached or not.</summary>
    public long PromptTokens => InputTokens + CacheReadTokens + CacheWriteTokens;

    public long Tokens => PromptTokens + OutputTokens;
}

/// <summary>Milliseconds; tokens per second for <paramref name="Speed"/>.</summary>
public sealed record StatsTimes(StatsPercentiles TimeToFirstToken, StatsPercentiles Total, StatsPercentiles Gateway, StatsPercentiles Speed);

/// <summary>Percentiles, right to 2.5 %; null without values.</summary>
/// <param name="Count">Values behind them.</param>
public sealed record StatsPercentiles(long Count, double? P50, double? P95, double? P99);

/// <summary>Round steps for charts.</summary>
public static class StatsSteps
{
    /// <summary>Points that a series may have at most.</summary>
    public const int MostPoints = 500;

    private const int WantedPoints = 180;

    /// <summary>From fine to coarse.</summary>
    public static IReadOnlyList<TimeSpan> All => Steps;

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
        TimeSpan.FromDays(1), TimeSpan.FromDays(7),
    ];

    /// <summary>The finest step that makes no more points than a chart needs.</summary>
    public static TimeSpan For(TimeSpan range, int points = WantedPoints) => Array.Find(Steps, step => range / step <= points) is { Ticks: > 0 } found ? found : TimeSpan.FromDays(30);

    /// <summary>The last multiple of <paramref name="step"/> that is not after <paramref name="moment"/>.</summary>
    public static DateTimeOffset Floor(DateTimeOffset moment, TimeSpan step)
    {
        var ticks = moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks(ticks - (ticks % step.Ticks));
    }
}
