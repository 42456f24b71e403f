using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Features.Sessions;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The columns that lists read, in one order for writing and reading.</summary>
internal static class RequestColumns
{
    /// <summary>Cost is stored as a whole number of this part of the currency unit, so that sums are exact.</summary>
    private const decimal CostUnit = 0.000_000_000_001m;

    // A division of decimals takes ten times as long as a multiplication.
    private const decimal CostUnitsPerOne = 1_000_000_000_000m;

    /// <summary>More than can be stored, and little enough to be multiplied.</summary>
    private const decimal MostCost = 10_000_000m;

    private static readonly string[] Names =
    [
        "id", "request_id", "facet", "session", "outcome_detail", "error", "path", "user_agent", "input_tokens", "cache_read_tokens", "cache_write_tokens",
        "output_tokens", "reasoning_tokens", "cost", "ttft_ms", "total_ms", "gateway_ms", "request_size", "response_size", "replay_of", "kind",
    ];

    private static readonly int FirstOfFacet = Names.Length + 1;

    /// <summary>For a SELECT from <see cref="From"/>.</summary>
    public static string Selected { get; } = string.Join(", ", Names.Select(n => "r." + n)) + ", s.key, " + FacetColumns.Selected;

    /// <summary>The columns of <see cref="Selected"/>.</summary>
    public static int Count { get; } = FirstOfFacet + FacetColumns.Names.Count;

    /// <summary>The tables of a row. The first is read first: SQLite does not reorder a cross join.</summary>
    public const string From = "requests r CROSS JOIN facets f ON f.id = r.facet LEFT JOIN sessions s ON s.id = r.session";

    public static LogStatement PrepareInsert(SqliteConnection connection) => new(
        connection,
        $"INSERT OR IGNORE INTO requests ({string.Join(", ", Names)}) VALUES ({string.Join(", ", Names.Select((_, i) => "@" + (char)('a' + i)))})",
        Names.Length);

    /// <summary>Inserts a row with <see cref="PrepareInsert"/>.</summary>
    /// <returns>False when its number is taken.</returns>
    public static bool Insert(LogStatement insert, RequestRow row, long facet, long? session) => insert.Run(
        row.Sequence, RowIds.StoredValue(row.RequestId), facet, session, row.OutcomeDetail, row.ErrorMessage, row.Path, row.UserAgent, row.InputTokens,
        row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens, row.Cost is { } cost ? ToUnits(cost) : (long?)null, row.TimeToFirstTokenMs,
        row.TotalMs, row.GatewayMs, row.RequestSize, row.ResponseSize, row.ReplayOf is { } replayed ? RowIds.StoredValue(replayed) : default,
        row.Kind is { } kind ? (long)kind : (long?)null) > 0;

    /// <summary>Reads a row that was selected with <see cref="Selected"/> first.</summary>
    public static RequestRow Read(SqliteDataReader reader)
    {
        var facet = FacetColumns.Read(reader, FirstOfFacet);
        var id = reader.GetInt64(0);
        return new RequestRow
        {
            Sequence = id,
            StartedAt = RowIds.StartedAt(id),
            RequestId = RowIds.RequestId(reader.GetValue(1)),
            OutcomeDetail = Text(reader, 4),
            ErrorMessage = Text(reader, 5),
            Path = reader.GetString(6),
            UserAgent = Text(reader, 7),
            InputTokens = reader.GetInt64(8),
            CacheReadTokens = reader.GetInt64(9),
            CacheWriteTokens = reader.GetInt64(10),
            OutputTokens = reader.GetInt64(11),
            ReasoningTokens = reader.GetInt64(12),
            Cost = reader.IsDBNull(13) ? null : ToCost(reader.GetInt64(13)),
            TimeToFirstTokenMs = Number(reader, 14),
            TotalMs = Number(reader, 15),
            GatewayMs = Number(reader, 16),
            RequestSize = reader.GetInt64(17),
            ResponseSize = reader.GetInt64(18),
            ReplayOf = reader.IsDBNull(19) ? null : RowIds.RequestId(reader.GetValue(19)),
            Kind = reader.IsDBNull(20) ? null : (CallKind)reader.GetInt32(20),
            SessionId = Text(reader, FirstOfFacet - 1),
            Status = facet.Status,
            Outcome = OutcomeNames.Find(facet.Outcome) ?? RequestOutcome.Interrupted,
            Method = facet.Method,
            IsLlm = facet.IsLlm,
            IsStream = facet.IsStream,
            UsageSource = facet.UsageSource switch { "provider" => UsageSource.Provider, "estimate" => UsageSource.Estimate, _ => null },
            Provider = facet.Provider,
            Model = facet.Model,
            RequestedModel = facet.RequestedModel,
            RouteName = facet.Route,
            ServiceName = facet.Service,
            ConsumerName = facet.Consumer,
            Agent = facet.Agent,
        };
    }

    /// <summary>The division takes the zeros off the end.</summary>
    public static decimal ToCost(long units) => units * CostUnit / 1.0000000000000000000000000000m;

    public static long ToUnits(decimal cost) => (long)Math.Clamp(Math.Round(Math.Clamp(cost, -MostCost, MostCost) * CostUnitsPerOne), long.MinValue / 2, long.MaxValue / 2);

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
}
