namespace ConsoleWeb.Components.Charts;

public enum ChartKind
{
    /// <summary>Series stand on each other.</summary>
    Bars,

    Lines,
}

public enum ChartUnit
{
    Count,
    Tokens,
    Money,

    /// <summary>Milliseconds.</summary>
    Duration,

    /// <summary>0 to 1.</summary>
    Share,

    /// <summary>Tokens per second.</summary>
    Speed,
}

/// <summary>What a chart, its table and its download show.</summary>
/// <param name="Edges">When each point begins, and the end of the last one.</param>
public sealed record ChartData(string Title, ChartKind Kind, ChartUnit Unit, IReadOnlyList<DateTimeOffset> Edges, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Points with fewer requests say little about a percentile.</summary>
    public const int FewRequests = 20;

    public int Points => Math.Max(0, Edges.Count - 1);

    /// <summary>What the points are called where they are no stretches of time, such as turns of a session; null: they are.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What a point is, as the head of its column.</summary>
    public string PointName { get; init; } = "From – to";

    /// <summary>The figure beside the title.</summary>
    public string? Total { get; init; }

    /// <summary>One line under the chart.</summary>
    public string? Note { get; init; }

    /// <summary>What the window before had in each point, drawn as a dashed line; null: nothing is compared.</summary>
    public IReadOnlyList<double?>? Before { get; init; }

    /// <summary>What <see cref="Before"/> is called.</summary>
    public string BeforeName { get; init; } = "before";

    /// <summary>Now, when it lies in the last point, which is not complete then.</summary>
    public bool IsLastRunning { get; init; }

    /// <summary>Whether there is anything to draw.</summary>
    public bool IsEmpty => !Series.Any(s => s.Values.Any(v => v is > 0));

    /// <summary>Whether some points stand on few requests.</summary>
    public bool HasFew => Kind == ChartKind.Lines && Series.Any(s => s.Counts is { } counts && s.Values.Where((v, i) => v is not null && counts[i] < FewRequests).Any());
}

/// <param name="Colour">Of CSS.</param>
/// <param name="Values">One for each point; null: there is none, which is not 0.</param>
public sealed record ChartSeries(string Name, string Colour, IReadOnlyList<double?> Values)
{
    /// <summary>How many requests stand behind each value; null: that does not matter.</summary>
    public IReadOnlyList<long>? Counts { get; init; }

    /// <summary>The filter term of its requests; null: all requests of the point.</summary>
    public string? Filter { get; init; }
}
